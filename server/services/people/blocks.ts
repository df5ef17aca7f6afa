import { blockOf } from '#shared/domain/blocks'
import { directKey } from '#shared/domain/messages'
import { AppError, invalidField } from '#shared/errors'
import { LIMITS } from '#shared/limits'
import type { User } from '#shared/schemas/account'
import { presentUser } from '../../presenters/user'
import { publishToUsers, publishVisibility } from '../../realtime/publish'
import {
  blockedAmong,
  blockersAmong,
  countBlocks,
  deleteBlock,
  findBlocksOf,
  insertBlock,
} from '../../repositories/blocks'
import { findDirect } from '../../repositories/conversations'
import { findMembers, setBlocks } from '../../repositories/memberships'
import { findUser } from '../../repositories/users'
import { inLine } from '../conversations/inOrder'
import { viewConversations } from '../conversations/view'
import { findPeopleFor } from './seen'

/**
 * Blocks a person: until it is lifted, neither of the two writes to the other in their direct conversation or sees the
 * other's presence, and the blocked one cannot add the blocker to groups. The blocked person is not told.
 * @throws AppError NOT_FOUND for an unknown person; INVALID for oneself, or when the caller has blocked too many
 */
export async function blockPerson(userId: string, targetId: string): Promise<void> {
  if (targetId === userId) throw invalidField('userId', 'oneself', 'You cannot block yourself.')
  if (!(await findUser(targetId))) throw new AppError('NOT_FOUND')
  const max = LIMITS.blocks
  if ((await countBlocks(userId)) >= max)
    throw invalidField('userId', 'too_many', `Block at most ${max} people.`, { max })
  await insertBlock(userId, targetId)
  await enforce(userId, targetId)
}

/** Lifts a block. Without one, nothing changes. */
export async function unblockPerson(userId: string, targetId: string): Promise<void> {
  await deleteBlock(userId, targetId)
  await enforce(userId, targetId)
}

/** The people whom the caller has blocked. @param query.after the `next` of the page before */
export async function listBlocked(
  userId: string,
  query: { after?: string; limit: number },
): Promise<{ users: User[]; next: string | null }> {
  const found = await findBlocksOf(userId, query.after, query.limit + 1)
  const page = found.slice(0, query.limit).map(({ blockedId }) => blockedId)
  const users = new Map((await findPeopleFor(userId, page)).map((user) => [user._id.toString(), user]))
  return {
    users: page.flatMap((id) => users.get(id.toString()) ?? []).map(presentUser),
    next: found.length > page.length ? page.at(-1)!.toString() : null,
  }
}

/** Makes a block, or its end, hold everywhere. Resolves when nothing that is sent afterwards passes it. */
async function enforce(userId: string, targetId: string): Promise<void> {
  const conversation = await findDirect(directKey(userId, targetId))
  const id = conversation?._id.toString()
  if (id) await inLine(id, userId, () => copyBlocks(id, userId, targetId))
  await publishVisibility([userId, targetId])
  const [membership] = id ? await findMembers(id, [userId]) : []
  const [view] = membership ? await viewConversations(userId, [membership]) : []
  if (view) publishToUsers([userId], 'conversation.updated', { conversation: view })
}

/**
 * Copies the blocks between two people to their memberships, from which the rights are read. Another task may change a
 * block at the same time, so it looks again after the write.
 */
export async function copyBlocks(conversationId: string, one: string, other: string): Promise<void> {
  for (let copied: string | null = null; ;) {
    const [byOther, byOne] = await Promise.all([blockersAmong(one, [other]), blockedAmong(one, [other])])
    const now = `${byOne.length} ${byOther.length}`
    if (now === copied) return
    copied = now
    const blocks = new Map([
      [one, blockOf(byOne.length > 0, byOther.length > 0)],
      [other, blockOf(byOther.length > 0, byOne.length > 0)],
    ])
    await setBlocks(conversationId, blocks)
  }
}
