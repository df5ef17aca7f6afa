import { AppError } from '#shared/errors'
import { LIMITS } from '#shared/limits'
import type { MarkedPage, Message } from '#shared/schemas/message'
import { presentMessage } from '../../presenters/message'
import { countSaved, deleteSaved, findSaved, insertSaved, listSaved } from '../../repositories/saved'
import { AnswerBudget } from '../answerBudget'
import { findVisible } from './visible'

/**
 * Saves a message to the caller's own list. Saving it again changes nothing.
 * @throws AppError NOT_FOUND for a message that they cannot see; INVALID when `LIMITS.saved` others are saved
 */
export async function saveMessage(userId: string, messageId: string): Promise<void> {
  if (!(await findVisible(userId, [messageId])).has(messageId)) throw new AppError('NOT_FOUND')
  if (await findSaved(userId, messageId)) return
  if ((await countSaved(userId)) >= LIMITS.saved) {
    throw new AppError('INVALID', { message: `At most ${LIMITS.saved} messages can be saved.` })
  }
  await insertSaved(userId, messageId)
}

/** Removes a message from the caller's list. One that is not in it changes nothing. */
export function unsaveMessage(userId: string, messageId: string): Promise<void> {
  return deleteSaved(userId, messageId)
}

/**
 * A page of the messages that the caller has saved and sees now, the one that was saved last first. A page may have fewer
 * than `limit`, or none, though there are more.
 * @param query.after the `next` of the page before. If it is no longer saved, the list ends.
 */
export async function readSaved(
  userId: string,
  { after, limit }: { after?: string; limit: number },
): Promise<MarkedPage> {
  const last = after ? await findSaved(userId, after) : null
  if (after && !last) return { messages: [], next: null }
  const saved = await listSaved(userId, last, limit + 1)
  const ids = saved.slice(0, limit).map(({ messageId }) => messageId.toString())
  const visible = await findVisible(userId, ids)
  const budget = new AnswerBudget(LIMITS.pageBytes)
  const messages: Message[] = []
  for (const [index, id] of ids.entries()) {
    const found = visible.get(id)
    if (!found) continue
    const message = presentMessage(found.record, found.from, userId)
    if (!budget.take(message)) return { messages, next: ids[index - 1]! }
    messages.push(message)
  }
  return { messages, next: saved.length > limit ? ids.at(-1)! : null }
}
