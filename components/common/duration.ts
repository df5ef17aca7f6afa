/** "0:42", "12:05": how long something takes, or how far it is. */
export function clockOf(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** The whole of it, of which nothing is cut off. */
export function lengthOf(milliseconds: number): string {
  return clockOf(Math.max(1_000, Math.round(milliseconds / 1_000) * 1_000))
}
