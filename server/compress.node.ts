import compression from 'compression'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { constants } from 'node:zlib'

/** Bytes below which compression saves no packet. */
const MIN_COMPRESSED_BYTES = 1_024
/** The level of brotli and gzip. It saves nine tenths of what the highest levels do, in a tenth of their time. */
const COMPRESSION_LEVEL = 4

/**
 * Compresses answers that are made for one request, JSON and pages, with brotli or gzip on libuv's threads. Files of
 * the build are compressed at build time, and people's files never.
 */
export const compress = compression({
  threshold: MIN_COMPRESSED_BYTES,
  level: COMPRESSION_LEVEL,
  brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: COMPRESSION_LEVEL } },
  filter: canCompress,
})

/**
 * Whether an answer may be compressed. A compressed length reveals whether a guess repeats a secret in the same answer
 * (BREACH). So answers of the API are only compressed for our own pages, never for a navigation or another site. An
 * answer that contains a secret has `no-transform` (server/utils/holdsSecret.ts), which `compression` respects. Pages
 * contain no secret: tokens are in cookies.
 */
function canCompress(request: IncomingMessage, response: ServerResponse): boolean {
  const type = String(response.getHeader('Content-Type') ?? '')
  if (type.startsWith('text/html')) return !isFile(response)
  return type.startsWith('application/json') && !isFile(response) && !isCrossSite(request)
}

/** Whether the answer is a file. Files are sent in ranges of their own bytes, so they must not be compressed. */
function isFile(response: ServerResponse): boolean {
  return response.hasHeader('Accept-Ranges')
}

function isCrossSite({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site']
  return headers['sec-fetch-mode'] === 'navigate' || (site !== undefined && site !== 'same-origin')
}
