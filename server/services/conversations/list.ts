import { LIMITS } from '#shared/limits'
import type { Conversation, ConversationPage } from '#shared/schemas/conversation'
import { conversationIdsOf, findMembershipsOf, type MembershipRecord } from '../../repositories/memberships'
import { AnswerRoom } from '../answerRoom'
import { viewWithActivity } from './view'

/** Conversations that are looked at together. */
const STEP_SIZE = 200

/** The conversations of a person, as many as fit one answer. @param after the `next` of the answer before */
export async function listConversations(userId: string, after?: string): Promise<ConversationPage> {
  return viewPage(userId, await findMembershipsOf(userId), after)
}

/**
 * The conversations of these memberships of one person, as many as fit one answer, newest activity first. What goes
 * into which answer follows the conversations' ids, which stay, so that none is missed that moves in the list.
 */
export async function viewPage(
  userId: string,
  memberships: readonly MembershipRecord[],
  after = '',
): Promise<ConversationPage> {
  const idOf = (membership: MembershipRecord) => membership.conversationId.toString()
  const waiting = memberships.filter((one) => idOf(one) > after).sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
  const room = new AnswerRoom(LIMITS.answerBytes)
  const viewed: { view: Conversation; activeAt: number }[] = []
  const page = (next?: string) => ({
    conversations: viewed.sort((a, b) => b.activeAt - a.activeAt).map(({ view }) => view),
    ...(next && { next }),
  })
  for (let start = 0; start < waiting.length; start += STEP_SIZE) {
    const views = await viewWithActivity(userId, waiting.slice(start, start + STEP_SIZE))
    for (const { view, activeAt } of views.sort((a, b) => (a.view.id < b.view.id ? -1 : 1))) {
      if (!room.take(view)) return page(viewed.reduce((last, one) => (one.view.id > last ? one.view.id : last), ''))
      viewed.push({ view, activeAt })
    }
  }
  return page()
}

/** Ids of every conversation of a person. */
export function listConversationIds(userId: string): Promise<string[]> {
  return conversationIdsOf(userId)
}
