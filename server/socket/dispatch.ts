import type { RawData } from 'ws'
import { AppError, ERROR_STATUS } from '#shared/errors'
import { LIMITS } from '#shared/limits'
import { requestFrame } from '#shared/protocol/client'
import { CLOSE, type AnswerFrame } from '#shared/protocol/server'
import { count } from '../observability/metrics'
import { textFrame } from '../realtime/frame'
import { toAppError } from '../services/failure'
import { parseInput } from '../utils/readInput'
import type { SocketConnection } from './connection'
import { requestEntry } from './requests'

/**
 * Takes one frame of a client: does what it asks and answers under its id.
 * What is not a frame of the protocol at all closes the socket; nothing that arrives here throws.
 */
export async function dispatch(connection: SocketConnection, data: RawData, isBinary: boolean): Promise<void> {
  const frame = isBinary ? undefined : parseFrame(data.toString())
  if (frame === undefined) {
    connection.close(CLOSE.badFrame, 'not a frame of this protocol')
    return
  }
  answer(connection, await perform(connection, frame))
}

async function perform(connection: SocketConnection, frame: unknown): Promise<AnswerFrame> {
  let id: number | null = null
  try {
    id = idOf(frame)
    const request = parseInput(requestFrame, frame)
    const entry = requestEntry(request.type)
    if (!entry) throw new AppError('INVALID', { message: 'There is no request of this type.' })
    return { id: request.id, ok: true, data: await entry.handle(connection, parseInput(entry.schema, request.data)) }
  } catch (error) {
    const { code, message, issues, retryAfter, reason } = toAppError(error, { userId: connection.userId }, 'socket request failed')
    if (ERROR_STATUS[code] >= 500) count('Errors')
    return { id, ok: false, error: { code, message, ...(issues && { issues }), ...(retryAfter && { retryAfter }), ...(reason && { reason }) } }
  }
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

function answer(connection: SocketConnection, frame: AnswerFrame): void {
  connection.send(textFrame(JSON.stringify(frame)))
}
