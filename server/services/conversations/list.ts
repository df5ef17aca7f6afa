import { LIMITS } from '#shared/limits'
import type { Conversation, ConversationPage } from '#shared/schemas/conversation'
import { conversationIdsOf, findMembershipsOf, type MembershipRecord } from '../../repositories/memberships'
import { AnswerBudget } from '../answerBudget'
import { viewWithActivity } from './view'

/** How many conversations are presented at once. */
const STEP_SIZE = 200

/** A person's conversations, as many as fit into one answer. @param after the `next` of the previous answer */
export async function listConversations(userId: string, after?: string): Promise<ConversationPage> {
  return viewPage(userId, await findMembershipsOf(userId), after)
}

/**
 * A person's conversations, as many as fit into one answer, newest activity first. Answers are split by the ids of the
 * conversations, which never change, so that none is missed because it moves in the list.
 */
export async function viewPage(
  userId: string,
  memberships: readonly MembershipRecord[],
  after = '',
): Promise<ConversationPage> {
  const idOf = (membership: MembershipRecord) => membership.conversationId.toString()
  const waiting = memberships.filter((one) => idOf(one) > after).sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
  const budget = new AnswerBudget(LIMITS.answerBytes)
  const viewed: { view: Conversation; activeAt: number }[] = []
  const page = (next?: string) => ({
    conversations: viewed.sort((a, b) => b.activeAt - a.activeAt).map(({ view }) => view),
    ...(next && { next }),
  })
  for (let start = 0; start < waiting.length; start += STEP_SIZE) {
    const views = await viewWithActivity(userId, waiting.slice(start, start + STEP_SIZE))
    for (const { view, activeAt } of views.sort((a, b) => (a.view.id < b.view.id ? -1 : 1))) {
      if (!budget.take(view)) return page(viewed.reduce((last, one) => (one.view.id > last ? one.view.id : last), ''))
      viewed.push({ view, activeAt })
    }
  }
  return page()
}

/** The ids of all conversations of a person. */
export function listConversationIds(userId: string): Promise<string[]> {
  return conversationIdsOf(userId)
}
