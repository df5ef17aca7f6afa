import { LIMITS } from '#shared/limits'
import { publishToConversation } from '../../realtime/publish'
import { requireActiveMember } from './membership'

interface Told {
  typing: boolean
  /** What is to be told when the time is over; undefined: nothing. */
  next: boolean | undefined
}

/** What was told in the last moments, by person and conversation. */
const recent = new Map<string, Told>()

/**
 * Tells the others in a conversation that the caller types, or stopped. Kept nowhere. However often it is called, they
 * are told once in `LIMITS.typingInterval`, and of the newest state at its end.
 * @throws AppError NOT_FOUND
 */
export async function setTyping(userId: string, conversationId: string, typing: boolean): Promise<void> {
  await requireActiveMember(conversationId, userId)
  const told = recent.get(`${conversationId} ${userId}`)
  if (told) told.next = typing
  else tell(userId, conversationId, typing)
}

function tell(userId: string, conversationId: string, typing: boolean): void {
  const key = `${conversationId} ${userId}`
  const told: Told = { typing, next: undefined }
  recent.set(key, told)
  void publishToConversation(conversationId, 'typing', { conversationId, userId, typing }, userId)
  const timer = setTimeout(() => {
    recent.delete(key)
    // A second "stopped" tells nobody anything.
    if (told.next === undefined || (!told.next && !told.typing)) return
    void tellAgain(userId, conversationId, told.next)
  }, LIMITS.typingInterval)
  timer.unref()
}

/** The caller may have left meanwhile. */
async function tellAgain(userId: string, conversationId: string, typing: boolean): Promise<void> {
  const isMember = await requireActiveMember(conversationId, userId).then(
    () => true,
    () => false,
  )
  if (isMember && !recent.has(`${conversationId} ${userId}`)) tell(userId, conversationId, typing)
}
