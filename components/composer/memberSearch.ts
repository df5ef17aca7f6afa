import { searchKeysOf, searchWordsOf } from '#shared/domain/names'
import { fold } from '#shared/domain/text/fold'
import type { User } from '#shared/schemas/account'

/** The most people who are offered. */
const MAX_FOUND = 50

const keys = new WeakMap<User, { name: string; keys: string[] }>()

function keysOf(user: User) {
  let known = keys.get(user)
  if (!known) keys.set(user, (known = { name: fold(user.displayName), keys: searchKeysOf(user) }))
  return known
}

/**
 * The people whose names have words that begin with each typed word, whatever their accents. Those whose names begin
 * with what is typed come first.
 */
export function findPeople(people: readonly User[], typed: string): User[] {
  const words = searchWordsOf(typed)
  if (words.length === 0) return typed.trim() === '' ? people.slice(0, MAX_FOUND) : []
  const begun = fold(typed).trim()
  const first: User[] = []
  const others: User[] = []
  for (const user of people) {
    const { name, keys: own } = keysOf(user)
    if (!words.every((word) => own.some((key) => key.startsWith(word)))) continue
    if (name.startsWith(begun)) first.push(user)
    else others.push(user)
  }
  return [...first, ...others].slice(0, MAX_FOUND)
}
