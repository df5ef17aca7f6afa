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
import { restoreRestriction } from './restrictions'
import { announceJoined } from './announce'

/**
 * Adds people to a group; those who are in it already stay as they are. All of them or none.
 * @returns the members that were named
 * @throws AppError NOT_FOUND also for an unknown person; FORBIDDEN; CONFLICT for a banned person or a full group
 */
export function addMembers(userId: string, id: string, userIds: string[]): Promise<Member[]> {
  const wanted = [...new Set(userIds)]
  return inOrder(id, userId, async () => {
    const { conversation } = await authorizeIn(id, userId, 'invite')
    if ((await findUsers(wanted)).length < wanted.length) throw new AppError('NOT_FOUND')
    if ((await findBans(id, wanted)).length > 0) {
      throw new AppError('CONFLICT', { message: 'Someone of these is banned from the group.' })
    }
    const added = await admit(conversation, wanted)
    for (const addedId of added) await recordChange(id, userId, 'member.added', addedId)
    if (added.length > 0) await postSystemMessage(id, userId, { action: 'added', targetIds: added })
    return presentMembers(await findMembers(id, wanted))
  })
}

/**
 * Lets people in and tells everyone. Called within `inOrder`, when it is clear that they may come.
 * @returns ids of those who were not members before
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
