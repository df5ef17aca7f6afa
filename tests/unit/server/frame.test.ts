import * as fc from 'fast-check'
import type { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import * as ws from 'ws'
import { textFrame } from '../../../server/realtime/frame'

/** What ws takes frames apart with; its types leave it out. */
const { Receiver } = ws as unknown as { Receiver: new (options: { isServer: boolean }) => Writable }

/** What a real receiver makes of the bytes, in as many pieces as the network chose. */
function received(bytes: Buffer, pieces = 1): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const receiver = new Receiver({ isServer: false })
    const texts: string[] = []
    receiver.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) reject(new Error('A binary frame.'))
      texts.push(data.toString())
    })
    receiver.on('error', reject)
    receiver.on('finish', () => resolve(texts))
    const size = Math.max(1, Math.ceil(bytes.length / pieces))
    for (let start = 0; start < bytes.length; start += size) receiver.write(bytes.subarray(start, start + size))
    receiver.end()
  })
}

describe('textFrame', () => {
  // Each side of where the header changes its length.
  it.each([0, 1, 125, 126, 127, 65_534, 65_535, 65_536, 200_000])('carries %i bytes', async (length) => {
    const text = 'x'.repeat(length)
    expect(await received(textFrame(text))).toEqual([text])
  })

  it('counts bytes, not characters', async () => {
    for (const text of ['é'.repeat(63), '😀'.repeat(32), '王'.repeat(21_845)])
      expect(await received(textFrame(text))).toEqual([text])
  })

  it('can be joined with other frames, however they are split', async () => {
    const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 200 }), { minLength: 1, maxLength: 5 })
    await fc.assert(
      fc.asyncProperty(texts, fc.integer({ min: 1, max: 40 }), async (texts, pieces) => {
        expect(await received(Buffer.concat(texts.map(textFrame)), pieces)).toEqual(texts)
      }),
      { numRuns: 50 },
    )
  })
})
