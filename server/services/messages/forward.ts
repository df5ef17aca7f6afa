import { createHash } from 'node:crypto'
import { standingOf } from '#shared/domain/standing'
import { writingOf } from '#shared/domain/text/links'
import { canForward } from '#shared/domain/writing'
import { LIMITS } from '#shared/limits'
import type { ForwardInput, Message } from '#shared/schemas/message'
import { findSentMessage, type MessageRecord } from '../../repositories/messages'
import { presentMessage } from '../../presenters/message'
import { AnswerBudget } from '../answerBudget'
import type { ActiveMember } from '../conversations/active'
import { requireActiveMember } from '../conversations/membership'
import { authorize, forbidden } from '../conversations/rights'
import { requireSpace } from '../files/create'
import { notFound } from './attach'
import { sendMessage } from './send'
import { lastWrittenAt, slowModeError } from './slowMode'
import { findVisible } from './visible'

/**
 * Sends messages that the caller sees to other conversations, in the given order, with their files. Everything is
 * checked before anything is sent. The same request makes no second message: each clientId is derived from the request.
 * @returns the messages in the order in which they were sent, as many as fit into one answer; `isNew` is false when all
 *   of them were sent before
 * @throws AppError NOT_FOUND for a message or conversation that the caller cannot see, and for a deleted message;
 *   FORBIDDEN for a system message, and without the rights to send there; RATE_LIMITED by slow mode; TOO_LARGE when the
 *   files do not fit into the caller's quota
 */
export async function forwardMessages(
  userId: string,
  input: ForwardInput,
): Promise<{ messages: Message[]; isNew: boolean }> {
  const originals = await findOriginals(userId, input.messageIds)
  const targets = await Promise.all(input.to.map((id) => findTarget(userId, id, input, originals)))
  for (const target of targets) await authorizeTarget(target)
  await requireQuota(userId, targets)
  const budget = new AnswerBudget(LIMITS.answerBytes)
  const messages: Message[] = []
  let isNew = false
  for (const { id, parts } of targets) {
    for (const { original, clientId, earlier } of parts) {
      const content = { clientId, text: original.text, uploadIds: [] }
      const source = { files: original.attachments ?? [], from: input.withNames ? authorOf(original) : null }
      const sent = earlier
        ? { message: presentMessage(earlier), created: false }
        : await sendMessage(userId, id, content, source)
      isNew ||= sent.created
      if (budget.take(sent.message)) messages.push(sent.message)
    }
  }
  return { messages, isNew }
}

/** One conversation that messages are forwarded to. */
interface Target {
  id: string
  member: ActiveMember
  parts: {
    original: MessageRecord
    clientId: string
    /** The message that the same request has sent before. */
    earlier: MessageRecord | null
  }[]
}

const remaining = ({ parts }: Target) => parts.filter(({ earlier }) => !earlier).map(({ original }) => original)

async function findTarget(
  userId: string,
  id: string,
  input: ForwardInput,
  originals: readonly MessageRecord[],
): Promise<Target> {
  const member = await requireActiveMember(id, userId)
  const find = async (original: MessageRecord) => {
    const clientId = clientIdOf(input, original, id)
    return { original, clientId, earlier: await findSentMessage(id, userId, clientId) }
  }
  return { id, member, parts: await Promise.all(originals.map(find)) }
}

/** What was forwarded keeps the name of who wrote it first. */
const authorOf = ({ forwardedFrom, senderId }: MessageRecord) => forwardedFrom ?? senderId

async function findOriginals(userId: string, ids: readonly string[]): Promise<MessageRecord[]> {
  const visible = await findVisible(userId, ids)
  return ids.map((id) => {
    const original = visible.get(id)?.record
    if (!original) throw notFound('messageIds')
    if (original.kind === 'system') throw forbidden('role')
    return original
  })
}

async function authorizeTarget(target: Target): Promise<void> {
  const { conversation, membership } = target.member
  const originals = remaining(target)
  const now = Date.now()
  for (const { text, attachments } of originals)
    authorize(
      canForward(conversation, standingOf(membership), { ...writingOf(text), attachments: attachments ?? [] }, now),
    )
  if (originals.length === 0 || conversation.settings.slowModeSeconds === 0) return
  // Where each message waits for the one before, several cannot be sent at once.
  const lastWritten = originals.length > 1 ? now : await lastWrittenAt(conversation._id, membership)
  const refused = slowModeError(conversation, membership, lastWritten, now)
  if (refused) throw refused
}

async function requireQuota(userId: string, targets: readonly Target[]): Promise<void> {
  const files = targets.flatMap(remaining).flatMap(({ attachments }) => attachments ?? [])
  if (files.length > 0) await requireSpace(userId, { count: 0, bytes: files.reduce((sum, { size }) => sum + size, 0) })
}

function clientIdOf({ clientId = '', withNames }: ForwardInput, original: MessageRecord, to: string): string {
  const parts = [clientId, withNames, original._id.toString(), to]
  return `f-${createHash('sha256').update(parts.join(' ')).digest('hex').slice(0, 40)}`
}
