import { MAX_MEMBERS } from '#shared/domain/groups'
import { AppError } from '#shared/errors'
import type { Member } from '#shared/schemas/conversation'
import { findBans } from '../../repositories/bans'
import type { ConversationRecord } from '../../repositories/conversations'
import { countMembers, ensureMembers, findMembers } from '../../repositories/memberships'
import { takeJoinRequest } from '../../repositories/joinRequests'
import { findUsers } from '../../repositories/users'
import { inOrder } from '../conversations/inOrder'
import { authorizeIn } from '../conversations/rights'
import { recordChange } from '../audit/record'
import { postSystemMessage } from '../messages/postSystemMessage'
import { presentMembers } from '../conversations/members'
import { requireAddable } from '../people/reach'
import { restoreRestriction } from './restrictions'
import { announceJoined } from './announce'

/**
 * Adds people to a group: all of them or none. People who are already members stay as they are.
 * @returns everyone named in `userIds`, as members
 * @throws AppError NOT_FOUND, also for an unknown person; FORBIDDEN, also for a person who can
 *   only join by an invite; CONFLICT for a banned person or a full group
 */
export function addMembers(userId: string, id: string, userIds: string[]): Promise<Member[]> {
  const ids = [...new Set(userIds)]
  return inOrder(id, userId, async () => {
    const { conversation } = await authorizeIn(id, userId, 'invite')
    if ((await findUsers(ids)).length < ids.length) throw new AppError('NOT_FOUND')
    await requireAddable(userId, ids)
    if ((await findBans(id, ids)).length > 0) {
      throw new AppError('CONFLICT', { message: 'One of these people is banned from the group.' })
    }
    const added = await admit(conversation, ids)
    for (const addedId of added) await recordChange(id, userId, 'member.added', addedId)
    if (added.length > 0) await postSystemMessage(id, userId, { action: 'added', targetIds: added })
    return presentMembers(userId, await findMembers(id, ids))
  })
}

/**
 * Makes people members and announces them. Called within `inOrder`, after the caller has checked that they may join.
 * @returns the ids of those who were not members before
 * @throws AppError CONFLICT when the group is full
 */
export async function admit(conversation: ConversationRecord, userIds: string[]): Promise<string[]> {
  const id = conversation._id.toString()
  const present = new Set((await findMembers(id, userIds)).map((member) => member.userId.toString()))
  const newcomers = userIds.filter((userId) => !present.has(userId))
  if ((await countMembers(id)) + newcomers.length > MAX_MEMBERS) {
    throw new AppError('CONFLICT', { message: `A group has at most ${MAX_MEMBERS} members.` })
  }
  const members = newcomers.map((userId) => ({ userId, role: 'member' as const }))
  const added = await ensureMembers(id, members, conversation.seq)
  for (const userId of added) {
    await restoreRestriction(id, userId)
    await takeJoinRequest(id, userId)
  }
  await announceJoined(id, added)
  return added
}
