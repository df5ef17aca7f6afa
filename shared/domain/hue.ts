/**
 * The hue of a person or group, in degrees, which is the same wherever they are shown. ObjectIds differ mostly at their
 * end, so all digits are mixed in.
 */
export function hueOf(id: string): number {
  let hash = 0
  for (const character of id) hash = Math.imul(hash ^ character.charCodeAt(0), 0x9e3779b1)
  // The high bits are mixed best.
  return Math.floor((((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32) * 360)
}
