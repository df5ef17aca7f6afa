import compression from 'compression'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { constants } from 'node:zlib'

/** Bytes below which a packet is not saved, and the work is for nothing. */
const MIN_COMPRESSED_BYTES = 1_024
/** Level 4 of both: nine tenths of what the highest levels save, at a tenth of their time (docs/decisions.md). */
const COMPRESSION_LEVEL = 4

/**
 * Compresses what is made for one request: JSON and pages, in brotli or gzip, on libuv's threads.
 * Files of the build are compressed when they are built; people's files are never touched.
 */
export const compress = compression({
  threshold: MIN_COMPRESSED_BYTES,
  level: COMPRESSION_LEVEL,
  brotli: { params: { [constants.BROTLI_PARAM_QUALITY]: COMPRESSION_LEVEL } },
  filter: canCompress,
})

/**
 * A compressed length tells whether a guess repeats a secret of the same answer (BREACH). So an answer of the API is
 * compressed only for our own page, never for a visit that another site makes; an answer that holds a secret says
 * `no-transform` (server/utils/holdsSecret.ts), which compression heeds. Pages hold no secret: tokens are in cookies.
 */
function canCompress(request: IncomingMessage, response: ServerResponse): boolean {
  const type = String(response.getHeader('Content-Type') ?? '')
  if (type.startsWith('text/html')) return !isFile(response)
  return type.startsWith('application/json') && !isFile(response) && !isFromElsewhere(request)
}

/** Files are sent in ranges of their own bytes. */
function isFile(response: ServerResponse): boolean {
  return response.hasHeader('Accept-Ranges')
}

function isFromElsewhere({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site']
  return headers['sec-fetch-mode'] === 'navigate' || (site !== undefined && site !== 'same-origin')
}
