import { visibleFrom } from '#shared/domain/groups'
import { findMessagesById, type MessageRecord } from '../../repositories/messages'
import { requireActiveMember } from '../conversations/membership'

/** A message that a person sees, and the `seq` up to which its conversation is hidden from them. */
export interface VisibleMessage {
  record: MessageRecord
  from: number
}

/**
 * Finds messages of any conversations by their ids.
 * @returns those that the person sees now and that are not deleted, by id
 */
export async function findVisible(userId: string, ids: readonly string[]): Promise<Map<string, VisibleMessage>> {
  const found = (await findMessagesById(ids)).filter(({ deletedAt }) => !deletedAt)
  const conversationIds = [...new Set(found.map(({ conversationId }) => conversationId.toString()))]
  const members = await Promise.all(conversationIds.map((id) => requireActiveMember(id, userId).catch(() => null)))
  const fromOf = new Map(
    members.flatMap((member, index) =>
      member ? [[conversationIds[index]!, visibleFrom(member.conversation.settings, member.membership)] as const] : [],
    ),
  )
  return new Map(
    found.flatMap((record) => {
      const from = fromOf.get(record.conversationId.toString())
      return from !== undefined && record.seq > from ? [[record._id.toString(), { record, from }] as const] : []
    }),
  )
}
