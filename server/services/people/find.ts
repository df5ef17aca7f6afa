import { searchWordsOf } from '#shared/domain/names'
import { AppError } from '#shared/errors'
import type { User } from '#shared/schemas/account'
import { presentUser } from '../../presenters/user'
import { findUser, findUsers, findUsersByWords, updateUser } from '../../repositories/users'

/** People of whose names and username each typed word begins a word, in any order; everyone, when nothing was typed. */
export async function searchPeople(typed: string, limit: number): Promise<User[]> {
  return (await findUsersByWords(searchWordsOf(typed), limit)).map(presentUser)
}

/** @throws AppError NOT_FOUND */
export async function getPerson(id: string): Promise<User> {
  const user = await findUser(id)
  if (!user) throw new AppError('NOT_FOUND')
  return presentUser(user)
}

/** Remembers when a person was last here. */
export async function markSeen(userId: string, at: Date): Promise<void> {
  await updateUser(userId, { lastSeenAt: at })
}

/** When people were last here, of those who ever were. ISO times by user id. */
export async function lastSeenOf(userIds: readonly string[]): Promise<Map<string, string>> {
  const users = await findUsers(userIds)
  return new Map(users.flatMap((user) => (user.lastSeenAt ? [[user._id.toString(), user.lastSeenAt.toISOString()]] : [])))
}
