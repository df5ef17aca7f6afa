import { getHeader, sendRedirect, setResponseHeaders, setResponseStatus, type H3Event } from 'h3'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { AppError } from '#shared/errors'
import { logger } from '../observability/logger'
import type { ReadableFile } from '../services/files/read'

/** The allowed purposes of a request (Sec-Fetch-Dest): to show, play or save a file, but never to run or frame it. */
const DESTINATIONS = new Set(['empty', 'document', 'image', 'audio', 'video', 'track'])

/**
 * Answers with a file: redirects the browser to the store, or streams the file or the requested range. Nothing in it
 * may run as one of our pages: no scripts, no guessing of types.
 * @throws AppError FORBIDDEN when a page requests it as a script, a style, a worker or a frame
 */
export async function sendFile(event: H3Event, file: ReadableFile) {
  const destination = getHeader(event, 'sec-fetch-dest')
  if (destination !== undefined && !DESTINATIONS.has(destination)) throw new AppError('FORBIDDEN')
  setResponseHeaders(event, { 'Cache-Control': file.as.cacheControl })
  if (file.address !== undefined) return sendRedirect(event, file.address, 302)
  const { as, size, etag } = file
  setResponseHeaders(event, {
    'Content-Type': as.mime,
    'Content-Disposition': as.disposition,
    'Content-Security-Policy':
      "sandbox; default-src 'none'; media-src 'self'; img-src 'self'; style-src 'unsafe-inline'",
    'Cross-Origin-Resource-Policy': 'same-origin',
    'Accept-Ranges': 'bytes',
    ETag: etag,
  })
  if (containsEtag(getHeader(event, 'if-none-match'), etag)) {
    setResponseStatus(event, 304)
    return null
  }
  const range = rangeOf(getHeader(event, 'range'), getHeader(event, 'if-range'), etag, size)
  if (range === 'beyond') {
    setResponseStatus(event, 416)
    setResponseHeaders(event, { 'Content-Range': `bytes */${size}` })
    return null
  }
  const { start, end } = range ?? { start: 0, end: size - 1 }
  setResponseHeaders(event, { 'Content-Length': String(end - start + 1) })
  if (range) {
    setResponseStatus(event, 206)
    setResponseHeaders(event, { 'Content-Range': `bytes ${start}-${end}/${size}` })
  }
  if (event.context.withoutBytes) event.node.res.end()
  else await stream(event, await file.open(range ?? undefined))
}

/** Streams bytes as fast as the client takes them, and closes their source when the client disconnects. */
async function stream(event: H3Event, bytes: Readable): Promise<void> {
  event._handled = true
  try {
    await pipeline(bytes, event.node.res)
  } catch (error) {
    // Half an answer cannot be taken back. Closing the connection shows a client that counts bytes that some are
    // missing.
    event.node.res.destroy()
    if (bytes.errored === error) logger.warn({ err: error }, 'a file broke off')
  }
}

/** Whether an If-None-Match header contains an ETag (RFC 9110, section 13.1.2). */
function containsEtag(header: string | undefined, etag: string): boolean {
  return header?.split(',').some((value) => [etag, `W/${etag}`, '*'].includes(value.trim())) ?? false
}

/**
 * The range that a request asks for (RFC 9110, section 14.2), both ends included. Null: the whole file, which is also a
 * valid answer to several ranges and to invalid ones. 'beyond': the range is outside the file.
 * @param size bytes of the file
 */
export function rangeOf(
  header: string | undefined,
  ifRange: string | undefined,
  etag: string,
  size: number,
): { start: number; end: number } | 'beyond' | null {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (!match || (match[1] === '' && match[2] === '') || (ifRange !== undefined && ifRange !== etag)) return null
  const last = size - 1
  const [start, end] =
    match[1] === ''
      ? [Math.max(0, size - Number(match[2])), last]
      : [Number(match[1]), match[2] === '' ? last : Math.min(Number(match[2]), last)]
  if (start > last || (match[1] === '' && Number(match[2]) === 0)) return 'beyond'
  return start <= end ? { start, end } : null
}
