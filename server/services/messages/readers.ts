import type { User } from '#shared/schemas/account'
import { presentUser } from '../../presenters/user'
import { findMembers } from '../../repositories/memberships'
import { findPeopleFor, hiddenReads } from '../people/seen'
import { loadForChange, type MessageAddress } from './loadForChange'

/**
 * The people who have read a message: members other than its sender who were there when it was sent, and have read up to
 * it. Those who hide that from the caller are left out. They come by their ids.
 * @param query.after the last person of the page before
 * @throws AppError NOT_FOUND; FORBIDDEN for a system message
 */
export async function readReaders(
  userId: string,
  { conversationId, messageId }: MessageAddress,
  query: { after?: string; limit: number },
): Promise<{ users: User[]; next: string | null }> {
  const { message } = await loadForChange(userId, conversationId, messageId)
  const ids = (await findMembers(conversationId))
    .filter(({ joinedSeq, readSeq }) => joinedSeq < message.seq && readSeq >= message.seq)
    .map((member) => member.userId.toString())
    .filter((id) => id !== message.senderId.toString() && id > (query.after ?? ''))
    .sort()
  const hidden = await hiddenReads(userId, ids)
  const shown = ids.filter((id) => !hidden.has(id))
  const page = shown.slice(0, query.limit)
  const users = new Map((await findPeopleFor(userId, page)).map((user) => [user._id.toString(), user]))
  return {
    users: page.flatMap((id) => users.get(id) ?? []).map(presentUser),
    next: shown.length > page.length ? page.at(-1)! : null,
  }
}
