import { searchWordsOf } from '#shared/domain/names'
import { AppError } from '#shared/errors'
import type { User } from '#shared/schemas/account'
import { presentUser } from '../../presenters/user'
import { findUsers, findUsersByWords, updateUser } from '../../repositories/users'
import { findable } from './reach'
import { asSeenBy, findPeopleFor } from './seen'

/** Where many matching people are not found, more are read: this many times as many, up to so many. */
const GROWTH = 4
const MAX_MATCHING = 1_000

/**
 * Finds people by what someone types. Each typed word must begin a word of the display name or the username, in any
 * order. Without a word, everyone matches. People whom the caller does not find by this, as they have set it, are left out.
 */
export async function searchPeople(userId: string, typed: string, limit: number): Promise<User[]> {
  const words = searchWordsOf(typed)
  for (let asked = limit; ; asked *= GROWTH) {
    const matching = await findUsersByWords(words, asked)
    const found = (await findable(userId, matching, typed)).slice(0, limit)
    if (found.length === limit || matching.length < asked || asked >= MAX_MATCHING)
      return (await asSeenBy(userId, found)).map(presentUser)
  }
}

/** A person by their id. @throws AppError NOT_FOUND */
export async function getPerson(userId: string, id: string): Promise<User> {
  const [user] = await findPeopleFor(userId, [id])
  if (!user) throw new AppError('NOT_FOUND')
  return presentUser(user)
}

/** Stores when a person was last online. */
export async function markSeen(userId: string, at: Date): Promise<void> {
  await updateUser(userId, { lastSeenAt: at })
}

/** When people were last online: ISO times by user id. People who never were are left out. */
export async function lastSeenOf(userIds: readonly string[]): Promise<Map<string, string>> {
  const users = await findUsers(userIds)
  return new Map(
    users.flatMap((user) => (user.lastSeenAt ? [[user._id.toString(), user.lastSeenAt.toISOString()]] : [])),
  )
}
