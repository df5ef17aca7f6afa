import { LIMITS } from '#shared/limits'
import { publishToConversation } from '../../realtime/publish'
import { requireActiveMember } from './membership'

interface Announcement {
  typing: boolean
  /** What to announce when the interval ends; undefined: nothing. */
  next: boolean | undefined
}

/** What was announced within the last interval, by conversation and person. */
const recent = new Map<string, Announcement>()

/**
 * Announces to the others in a conversation that the caller types, or has stopped. Nothing is stored. However often it
 * is called, it announces once per `LIMITS.typingInterval`, and the newest state at the end of the interval.
 * @throws AppError NOT_FOUND
 */
export async function setTyping(userId: string, conversationId: string, typing: boolean): Promise<void> {
  const { membership } = await requireActiveMember(conversationId, userId)
  // Nobody is told that it did not go through.
  if (membership.block) return
  const announced = recent.get(`${conversationId} ${userId}`)
  if (announced) announced.next = typing
  else announce(userId, conversationId, typing)
}

function announce(userId: string, conversationId: string, typing: boolean): void {
  const key = `${conversationId} ${userId}`
  const announced: Announcement = { typing, next: undefined }
  recent.set(key, announced)
  void publishToConversation(conversationId, 'typing', { conversationId, userId, typing }, userId)
  const timer = setTimeout(() => {
    recent.delete(key)
    // A second "stopped" says nothing new.
    if (announced.next === undefined || (!announced.next && !announced.typing)) return
    void announceAgain(userId, conversationId, announced.next)
  }, LIMITS.typingInterval)
  timer.unref()
}

/** The caller may have left or been blocked meanwhile. */
async function announceAgain(userId: string, conversationId: string, typing: boolean): Promise<void> {
  const isTold = await requireActiveMember(conversationId, userId).then(
    ({ membership }) => !membership.block,
    () => false,
  )
  if (isTold && !recent.has(`${conversationId} ${userId}`)) announce(userId, conversationId, typing)
}
