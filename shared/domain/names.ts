/**
 * A text as search compares it: lower case, without accents (đ is not decomposed by Unicode, so it is named).
 * The same folding makes the stored keys and the question asked of them.
 */
export function fold(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/đ/g, 'd').normalize('NFC')
}

/** The keys by whose beginning a person is found: username, whole name, each further word of the name. */
export function searchKeysOf(person: { username: string; displayName: string }): string[] {
  const name = fold(person.displayName)
  const words = name.split(/\s+/).filter(Boolean)
  return [...new Set([fold(person.username), name, ...words])]
}

/** Whether a person is found by what was typed. An empty question finds everyone. */
export function matchesPerson(person: { username: string; displayName: string }, typed: string): boolean {
  const start = fold(typed.trim()).replace(/^@/, '')
  return searchKeysOf(person).some((key) => key.startsWith(start))
}
