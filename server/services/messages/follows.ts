import { EVERYBODY } from '#shared/domain/text/mentions'
import { AppError } from '#shared/errors'
import { LIMITS } from '#shared/limits'
import { logger } from '../../observability/logger'
import { publishToUsers } from '../../realtime/publish'
import { findMembers, setFollow, type MembershipRecord } from '../../repositories/memberships'
import { findMessagesById, type NewMessage } from '../../repositories/messages'
import type { Id } from '../../repositories/id'
import { inOrder } from '../conversations/inOrder'
import { viewConversations } from '../conversations/view'
import { loadForChange, type MessageAddress } from './loadForChange'
import { threadOf } from './threads'

/**
 * Makes the caller follow the thread of a message, or no longer. Whoever stopped to follow a thread follows it again only
 * by choice.
 * @throws AppError NOT_FOUND; FORBIDDEN for a system message
 */
export function followThread(userId: string, address: MessageAddress, follows: boolean): Promise<void> {
  const { conversationId, messageId } = address
  return inOrder(conversationId, userId, async () => {
    const { message } = await loadForChange(userId, conversationId, messageId)
    const changed = await setFollow(conversationId, userId, threadOf(message), follows, LIMITS.follows)
    if (!changed) throw new AppError('NOT_FOUND')
    await publishFollows(changed)
  })
}

type Answer = Pick<NewMessage, 'threadId' | 'senderId' | 'mentions'>

/**
 * Makes the people of threads follow them: who wrote the first message, an answer, or is mentioned in one. It goes on
 * after the caller, and never throws.
 * @param messages new ones of this conversation
 */
export function followAnswered(conversationId: Id, messages: readonly Answer[]): void {
  const answers = messages.filter(({ threadId }) => threadId)
  if (answers.length === 0) return
  follow(conversationId, answers).catch((error: unknown) =>
    logger.warn({ err: error, conversationId: conversationId.toString() }, 'a thread is not followed'),
  )
}

async function follow(conversationId: Id, answers: readonly Answer[]): Promise<void> {
  const people = new Map<string, Set<string>>()
  const add = (rootId: string, userId: string) => people.set(rootId, (people.get(rootId) ?? new Set()).add(userId))
  for (const { threadId, senderId, mentions = [] } of answers) {
    for (const userId of [senderId?.toString() ?? EVERYBODY, ...mentions])
      if (userId !== EVERYBODY) add(threadId!.toString(), userId)
  }
  const roots = await findMessagesById([...people.keys()])
  for (const { _id, senderId } of roots) if (senderId) add(_id.toString(), senderId.toString())
  for (const { _id } of roots) {
    const members = await findMembers(conversationId, [...people.get(_id.toString())!])
    // Who has stopped to follow it stays out.
    const hasChosen = ({ follows = [], unfollows = [] }: MembershipRecord) =>
      [...follows, ...unfollows].some((id) => id.equals(_id))
    for (const { userId } of members.filter((member) => !hasChosen(member))) {
      const changed = await setFollow(conversationId, userId, _id, true, LIMITS.follows)
      if (changed) await publishFollows(changed)
    }
  }
}

/** Tells the devices of a person what they follow now. */
async function publishFollows(membership: MembershipRecord): Promise<void> {
  const userId = membership.userId.toString()
  const [conversation] = await viewConversations(userId, [membership])
  if (conversation) publishToUsers([userId], 'conversation.updated', { conversation })
}
