import { AppError } from '#shared/errors'
import type { Conversation } from '#shared/schemas/conversation'
import type { CreateGroupInput } from '#shared/schemas/group'
import { insertGroup } from '../../repositories/conversations'
import { ensureMembers } from '../../repositories/memberships'
import { findUsers } from '../../repositories/users'
import { getConversation } from '../conversations/get'
import { inLine } from '../conversations/inOrder'
import { recordChange } from '../audit/record'
import { postSystemMessage } from '../messages/postSystemMessage'
import { requireAddable } from '../people/reach'
import { announceJoined } from './announce'

/**
 * Creates a group that the caller owns.
 * @throws AppError NOT_FOUND when one of the members does not exist; FORBIDDEN for one who can only join by an invite;
 *   RATE_LIMITED
 */
export async function createGroup(userId: string, input: CreateGroupInput): Promise<Conversation> {
  const others = [...new Set(input.memberIds)].filter((id) => id !== userId)
  if ((await findUsers(others)).length < others.length) throw new AppError('NOT_FOUND')
  await requireAddable(userId, others)
  const group = await insertGroup(userId, input.name, input.description)
  const id = group._id.toString()
  await inLine(id, userId, async () => {
    const members = others.map((otherId) => ({ userId: otherId, role: 'member' as const }))
    await ensureMembers(id, [{ userId, role: 'owner' }, ...members], 0)
    await recordChange(id, userId, 'group.created', null, { name: input.name, members: others.length + 1 })
    await announceJoined(id, [userId, ...others])
    await postSystemMessage(id, userId, { action: 'created', targetIds: others, name: input.name })
  })
  return getConversation(userId, id)
}
