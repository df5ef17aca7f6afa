/** 0 too short · 1 weak · 2 fair · 3 good · 4 strong */
export type PasswordStrength = 0 | 1 | 2 | 3 | 4

/**
 * A rough strength for the meter beside the field: bits of the alphabet used, with runs and repeats counted once.
 * It is advice; what is refused (too short, common) is decided by the server.
 */
export function passwordStrength(password: string): PasswordStrength {
  const characters = [...password]
  if (characters.length < 8) return 0
  const alphabet =
    (/[a-z]/.test(password) ? 26 : 0) +
    (/[A-Z]/.test(password) ? 26 : 0) +
    (/\d/.test(password) ? 10 : 0) +
    (/[^a-zA-Z\d]/.test(password) ? 33 : 0)
  const telling = characters.filter((character, index) => !continuesRun(characters, index, character)).length
  const bits = Math.min(telling, new Set(characters).size * 2) * Math.log2(alphabet || 1)
  if (bits < 36) return 1
  if (bits < 50) return 2
  return bits < 70 ? 3 : 4
}

/** Whether a character only goes on with "aaa", "abc", "321". */
function continuesRun(characters: string[], index: number, character: string): boolean {
  const before = characters[index - 1]
  return before !== undefined && Math.abs(character.codePointAt(0)! - before.codePointAt(0)!) <= 1
}
