import { AppError, ERROR_STATUS } from '#shared/errors'
import { LIMITS } from '#shared/limits'
import { requestFrame } from '#shared/protocol/client'
import { CLOSE, type AnswerFrame } from '#shared/protocol/server'
import { inTurn } from '../auth/inTurn'
import { useLimit } from '../auth/rateLimit'
import { count } from '../observability/metrics'
import { traced } from '../observability/tracing'
import { textFrame } from '../realtime/frame'
import { toAppError } from '../services/failure'
import { parseInput } from '../utils/readInput'
import type { SocketConnection } from './connection'
import type { Task } from './requestQueue'
import { requestEntry } from './requests'

/** A frame as it came; undefined for one that is not text. */
export interface Frame {
  text: string | undefined
  length: number
}

/**
 * What one frame of a client asks for: doing it answers under its id.
 * What is not a frame of the protocol at all closes the socket; nothing that arrives here throws.
 */
export function taskOf(connection: SocketConnection, { text }: Frame): Task {
  const frame = text === undefined ? undefined : parseFrame(text)
  if (frame === undefined) {
    return { together: false, run: async () => connection.close(CLOSE.badFrame, 'not a frame of this protocol') }
  }
  const type = typeof frame === 'object' && frame !== null ? (frame as { type?: unknown }).type : undefined
  const together = typeof type === 'string' && requestEntry(type)?.together === true
  return { together, run: async () => connection.send(textFrame(await answerTo(connection, frame))) }
}

/** The answer as text. One that cannot be made is an error like any other. */
async function answerTo(connection: SocketConnection, frame: unknown): Promise<string> {
  try {
    return JSON.stringify(await perform(connection, frame))
  } catch (error) {
    const { code, message, issues, retryAfter, reason } = toAppError(error, { userId: connection.userId }, 'socket request failed')
    if (ERROR_STATUS[code] >= 500) count('Errors')
    const told = { code, message, ...(issues && { issues }), ...(retryAfter && { retryAfter }), ...(reason && { reason }) }
    return JSON.stringify({ id: idOf(frame), ok: false, error: told } satisfies AnswerFrame)
  }
}

async function perform(connection: SocketConnection, frame: unknown): Promise<AnswerFrame> {
  const { userId } = connection
  const request = parseInput(requestFrame, frame)
  const entry = requestEntry(request.type)
  if (!entry) throw new AppError('INVALID', { message: 'There is no request of this type.' })
  await useLimit(entry.budget, userId)
  const handle = () => traced(`socket ${request.type}`, {}, async () => entry.handle(connection, parseInput(entry.schema, request.data)))
  const data = await (entry.together ? handle() : inTurn(entry.budget, userId, handle))
  return { id: request.id, ok: true, data }
}

/** The JSON value of a frame; undefined when it is none, or hides a key that would reach a prototype. */
function parseFrame(text: string): unknown {
  if (text.length > LIMITS.frameBytes || /"__proto__"\s*:/.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The id under which even a wrong request can be answered. */
function idOf(frame: unknown): number | null {
  const id = typeof frame === 'object' && frame !== null ? (frame as { id?: unknown }).id : null
  return typeof id === 'number' && Number.isSafeInteger(id) ? id : null
}
