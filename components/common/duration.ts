/** Formats a duration or a position: "0:42", "12:05". */
export function clockOf(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1_000)
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}

/** Formats a whole length: rounded to seconds, and at least one second. */
export function lengthOf(milliseconds: number): string {
  return clockOf(Math.max(1_000, Math.round(milliseconds / 1_000) * 1_000))
}
