import { directKey } from '#shared/domain/messages'
import { AppError } from '#shared/errors'
import type { Conversation } from '#shared/schemas/conversation'
import { publishJoined, publishToUsers } from '../../realtime/publish'
import { findDirect, findOrInsertDirect } from '../../repositories/conversations'
import { ensureMembers, findMembers } from '../../repositories/memberships'
import { findUser } from '../../repositories/users'
import { copyBlocks } from '../people/blocks'
import { requireReachable } from '../people/reach'
import { viewConversations } from './view'

/**
 * Finds or creates the direct conversation of two people. With yourself it is a place for notes.
 * @returns the conversation as the caller sees it, and whether this call created it
 * @throws AppError NOT_FOUND for an unknown person; FORBIDDEN for a new conversation while one of them blocks the other
 */
export async function startDirect(
  userId: string,
  peerId: string,
): Promise<{ conversation: Conversation; created: boolean }> {
  if (!(await findUser(peerId))) throw new AppError('NOT_FOUND')
  const pair = [...new Set([userId, peerId])]
  const key = directKey(userId, peerId)
  if (!(await findDirect(key))) await requireReachable(userId, peerId)
  const { conversation, created } = await findOrInsertDirect(key, pair.length)
  // The process that created it may have died before this line, so every call makes sure of the members.
  const members = pair.map((id) => ({ userId: id, role: 'member' as const }))
  const added = await ensureMembers(conversation._id, members, 0)
  // Somebody may have blocked the other one at the same time, and found no memberships to write it to.
  if (added.length > 0) await copyBlocks(conversation._id.toString(), userId, peerId)
  if (created) await publishJoined(conversation._id.toString(), pair)
  const memberships = await findMembers(conversation._id, pair)
  const views = new Map<string, Conversation>()
  for (const membership of memberships) {
    const viewerId = membership.userId.toString()
    if (!created && viewerId !== userId) continue
    const [view] = await viewConversations(viewerId, [membership])
    if (view) views.set(viewerId, view)
  }
  if (created)
    for (const [viewerId, view] of views) publishToUsers([viewerId], 'conversation.created', { conversation: view })
  return { conversation: views.get(userId)!, created }
}
