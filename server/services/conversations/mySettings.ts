import { AppError, invalidField } from '#shared/errors'
import { LIMITS } from '#shared/limits'
import type { Conversation, MySettingsInput } from '#shared/schemas/conversation'
import { publishToUsers } from '../../realtime/publish'
import { findConversation } from '../../repositories/conversations'
import { countPinned, findMembershipsOf, updateMembership, type OwnFields } from '../../repositories/memberships'
import { inOrder } from './inOrder'
import { requireMembership } from './membership'
import { viewConversations } from './view'

/**
 * Changes the caller's own settings in a conversation. It runs in order with changes of members: its event goes to the
 * caller directly, and must not follow the one that says that they are no longer a member.
 * @throws AppError NOT_FOUND; INVALID when the caller has pinned too many conversations
 */
export function changeMySettings(userId: string, id: string, input: MySettingsInput): Promise<Conversation> {
  return inOrder(id, userId, async () => {
    const { clearedSeq, ...rest } = input
    const lastSeq = (await findConversation(id))?.seq ?? 0
    const fields = { ...fieldsOf(rest, lastSeq), ...(input.pinned && (await firstPinOrder(userId, id))) }
    // A position past the last message would hide the next messages before they are written.
    const upTo = clearedSeq === undefined ? undefined : Math.min(clearedSeq, lastSeq)
    return write(userId, id, fields, upTo)
  })
}

/**
 * Sets the order of the caller's pinned conversations. Those that are not pinned, or not theirs, are passed over, because
 * another device may have changed that meanwhile.
 */
export async function orderPins(userId: string, conversationIds: readonly string[]): Promise<void> {
  const memberships = await findMembershipsOf(userId)
  const pinned = new Map(memberships.filter((one) => one.pinned).map((one) => [one.conversationId.toString(), one]))
  const ordered = conversationIds.filter((id) => pinned.has(id))
  for (const [pinOrder, id] of ordered.entries()) {
    if (pinned.get(id)!.pinOrder === pinOrder) continue
    await inOrder(id, userId, () => write(userId, id, { pinOrder })).catch((error: unknown) => {
      if (!(error instanceof AppError && error.code === 'NOT_FOUND')) throw error
    })
  }
}

async function write(userId: string, id: string, fields: OwnFields, clearedSeq?: number): Promise<Conversation> {
  const membership = await updateMembership(id, userId, fields, clearedSeq)
  const [conversation] = membership ? await viewConversations(userId, [membership]) : []
  if (!conversation) throw new AppError('NOT_FOUND')
  publishToUsers([userId], 'conversation.updated', { conversation })
  return conversation
}

function fieldsOf({ mutedUntil, notify, ...rest }: Omit<MySettingsInput, 'clearedSeq'>, lastSeq: number): OwnFields {
  return {
    ...rest,
    ...(notify && { notify: notify === 'default' ? 'all' : notify, notifyChosen: notify !== 'default' }),
    ...(mutedUntil !== undefined && { mutedUntil: mutedUntil ? new Date(mutedUntil) : null }),
    ...(rest.archived && { archivedSeq: lastSeq }),
  }
}

/** The place of a newly pinned conversation: before those that were pinned earlier. None if it is pinned already. */
async function firstPinOrder(userId: string, id: string): Promise<OwnFields> {
  if ((await requireMembership(id, userId)).pinned) return {}
  const max = LIMITS.pinnedConversations
  if ((await countPinned(userId)) >= max)
    throw invalidField('pinned', 'too_many', `Pin at most ${max} conversations.`, { max })
  return { pinOrder: -Date.now() }
}
