import type { User } from '#shared/schemas/account'

/** Lower case without accents, as one types in a hurry. */
function folded(text: string): string {
  return text.toLowerCase().replaceAll('đ', 'd').normalize('NFD').replace(/\p{M}/gu, '')
}

/** Whether every word that is typed begins a word of the name, or the username. */
export function matches({ displayName, username }: User, typed: string): boolean {
  const words = folded(displayName).split(/\s+/).concat(username)
  return folded(typed)
    .split(/\s+/)
    .every((part) => words.some((word) => word.startsWith(part.replace(/^@/, ''))))
}
