import type { H3Event } from 'h3'
import { AppError } from '#shared/errors'
import { LIMITS } from '#shared/limits'

/** How many bytes of a body that is too large are read and dropped, so that the client can read the answer. */
const MAX_DRAINED_BYTES = 64 * 1024 * 1024

/**
 * Reads the body of a request: JSON, or the fields of a plain form. An empty body counts as `{}`.
 * @throws AppError TOO_LARGE, INVALID
 */
export async function readInputBody(event: H3Event): Promise<unknown> {
  const text = decode(await readBytes(event))
  const type = event.node.req.headers['content-type'] ?? ''
  if (type.startsWith('application/x-www-form-urlencoded')) return Object.fromEntries(new URLSearchParams(text))
  if (text === '') return {}
  // As a key, `__proto__` could change the prototypes of objects that are built from the input. As text it is harmless.
  if (/"__proto__"\s*:/.test(text)) throw new AppError('INVALID', { message: 'This key is not allowed.' })
  try {
    return JSON.parse(text)
  } catch {
    throw new AppError('INVALID', { message: 'This is not JSON.' })
  }
}

async function readBytes(event: H3Event): Promise<Buffer> {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of event.node.req as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size <= LIMITS.bodyBytes) chunks.push(chunk)
      else chunks.length = 0
      if (size > MAX_DRAINED_BYTES) break
    }
  } catch {
    // The client disconnected or was too slow, so nobody reads this answer.
    throw new AppError('INVALID', { message: 'The request broke off.' })
  }
  if (size > LIMITS.bodyBytes) throw new AppError('TOO_LARGE')
  return Buffer.concat(chunks)
}

function decode(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    throw new AppError('INVALID', { message: 'This is not UTF-8.' })
  }
}
