import { firstGrapheme } from '#shared/domain/text/graphemes'

/** One or two letters that stand for a name: whole characters, so that an emoji or an accent is never cut. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/)
  const first = firstGrapheme(words[0] ?? '')
  const last = words.length > 1 ? firstGrapheme(words[words.length - 1] ?? '') : ''
  return (first + last).toLocaleUpperCase() || '?'
}

/** A hue that stays the same for an id: ObjectIds differ mostly at their end, so all digits are mixed in. */
export function hueOf(id: string): number {
  let hash = 0
  for (const character of id) hash = Math.imul(hash ^ character.charCodeAt(0), 0x9e3779b1)
  // The high bits are the well mixed ones.
  return Math.floor(((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32 * 360)
}
