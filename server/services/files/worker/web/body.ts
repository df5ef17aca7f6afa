import type { IncomingMessage } from 'node:http'
import { pipeline, Readable } from 'node:stream'
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib'

/** The most bytes of a page or picture, as they travel and decompressed. */
const MAX_BODY_BYTES = 1024 ** 2

const DECODERS = new Map([
  ['gzip', createGunzip],
  ['x-gzip', createGunzip],
  ['deflate', createInflate],
  ['br', createBrotliDecompress],
])

/**
 * The decompressed body of an answer, as it arrives, and as fast as the reader takes it. The connection is closed when the
 * reader stops.
 * @throws Error when the compression is not known or broken, and after `MAX_BODY_BYTES`, compressed or not
 */
export async function* bodyOf(response: IncomingMessage): AsyncGenerator<Buffer> {
  const encoding = response.headers['content-encoding']?.trim().toLowerCase()
  try {
    if (!encoding || encoding === 'identity') yield* bounded(response)
    else {
      const decoder = DECODERS.get(encoding)?.()
      if (!decoder) throw new Error('This compression is not known.')
      // Its error is that of reading the last stream.
      yield* bounded(pipeline(Readable.from(bounded(response)), decoder, () => {}))
    }
  } finally {
    response.destroy()
  }
}

async function* bounded(stream: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let size = 0
  for await (const chunk of stream) {
    size += chunk.length
    if (size > MAX_BODY_BYTES) throw new Error('There are too many bytes.')
    yield chunk
  }
}
