import { fold } from '#shared/domain/names'
import { AppError } from '#shared/errors'
import type { User } from '#shared/schemas/account'
import { presentUser } from '../../presenters/user'
import { findUser, findUsers, findUsersByStart, updateUser } from '../../repositories/users'

/** People whose username, name or a word of it begins with what was typed; everyone, when nothing was. */
export async function searchPeople(typed: string, limit: number): Promise<User[]> {
  const start = fold(typed.trim()).replace(/^@/, '')
  return (await findUsersByStart(start, limit)).map(presentUser)
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
