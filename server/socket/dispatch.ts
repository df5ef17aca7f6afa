import { AppError, ERROR_STATUS } from '#shared/errors'
import { LIMITS } from '#shared/limits'
import { requestFrame } from '#shared/protocol/client'
import { CLOSE, type AnswerFrame } from '#shared/protocol/server'
import { parseInput } from '#shared/schemas/parseInput'
import { inTurn } from '../auth/inTurn'
import { useLimit } from '../auth/rateLimit'
import { count } from '../observability/metrics'
import { traced } from '../observability/tracing'
import { textFrame } from '../realtime/frame'
import { requireVerified } from '../services/accounts/requireVerified'
import { toAppError } from '../services/failure'
import type { SocketConnection } from './connection'
import type { Task } from './requestQueue'
import { requestEntry } from './requests'

/** A frame as it arrived. `text` is undefined for a binary frame; `length` is in bytes. */
export interface Frame {
  text: string | undefined
  length: number
}

/**
 * The task that a client's frame asks for. Running it sends the answer, under the request's id. A frame that is not of
 * the protocol closes the socket. Neither this nor the task throws.
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

/** The answer as JSON. An error while the answer is serialized is answered like any other error. */
async function answerTo(connection: SocketConnection, frame: unknown): Promise<string> {
  try {
    return JSON.stringify(await perform(connection, frame))
  } catch (error) {
    const { code, message, issues, retryAfter, reason } = toAppError(
      error,
      { userId: connection.userId },
      'socket request failed',
    )
    if (ERROR_STATUS[code] >= 500) count('Errors')
    const body = {
      code,
      message,
      ...(issues && { issues }),
      ...(retryAfter && { retryAfter }),
      ...(reason && { reason }),
    }
    return JSON.stringify({ id: idOf(frame), ok: false, error: body } satisfies AnswerFrame)
  }
}

async function perform(connection: SocketConnection, frame: unknown): Promise<AnswerFrame> {
  const { userId } = connection
  const request = parseInput(requestFrame, frame)
  const entry = requestEntry(request.type)
  if (!entry) throw new AppError('INVALID', { message: 'There is no such type of request.' })
  await useLimit(entry.budget, userId)
  await requireVerified(userId, entry.budget)
  const handle = () =>
    traced(`socket ${request.type}`, {}, async () => entry.handle(connection, parseInput(entry.schema, request.data)))
  const data = await (entry.together ? handle() : inTurn(entry.budget, userId, handle))
  return { id: request.id, ok: true, data }
}

/** The JSON value of a frame. Undefined: it is too long, not JSON, or has a `__proto__` key (prototype pollution). */
function parseFrame(text: string): unknown {
  if (text.length > LIMITS.frameBytes || /"__proto__"\s*:/.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The id of a request, even of an invalid one. Null: it has no valid id. */
function idOf(frame: unknown): number | null {
  const id = typeof frame === 'object' && frame !== null ? (frame as { id?: unknown }).id : null
  return typeof id === 'number' && Number.isSafeInteger(id) ? id : null
}
