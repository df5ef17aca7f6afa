import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Person, register } from '../support/person'
import { stores, type StoredServer } from '../support/files/stores'
import { begun, complete, MiB, putPart, someBytes, type SentEtag } from '../support/files/uploads'

/** Several parts of the largest size and one of another. */
const SIZE = 300 * MiB + 7

describe.each(stores)('the server’s memory, $store', ({ store, isS3, start }) => {
  let stored: StoredServer
  let ann: Person
  let chat: string

  beforeAll(async () => {
    stored = await start()
    ann = await register(stored.server.url, 'Ann')
    chat = (await ann.chatWith(await register(stored.server.url, 'Bob'))).id
  })
  afterAll(() => stored?.stop())

  /** What the process has used at most since it was last asked, in MiB. */
  function peak(): number {
    const status = readFileSync(`/proc/${stored.server.process.pid}/status`, 'utf8')
    return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)![1]) / 1024)
  }

  /** Sends a file of one repeated block, three parts at a time, and reads it back; neither is ever whole in this process. */
  async function there(size: number): Promise<{ sent: string; received: string; bytes: number }> {
    const block = someBytes(8 * MiB)
    const upload = await begun(ann, { conversationId: chat, size })
    const sent: SentEtag[] = []
    const waiting = [...upload.parts]
    const hash = createHash('sha256')
    for (const { number } of upload.parts)
      hash.update(block.subarray(0, Math.min(block.length, size - (number - 1) * block.length)))
    const worker = async () => {
      for (let part = waiting.shift(); part; part = waiting.shift()) {
        const length = Math.min(block.length, size - (part.number - 1) * block.length)
        sent.push({ number: part.number, etag: (await putPart(ann, part, block.subarray(0, length))).etag })
      }
    }
    await Promise.all([worker(), worker(), worker()])
    const answer = await complete(ann, upload.id, sent)
    expect(answer.status).toBe(200)
    const response = await fetch(ann.baseUrl + answer.body.upload.url, { headers: { cookie: ann.cookieHeader() } })
    const received = createHash('sha256')
    let bytes = 0
    for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
      received.update(chunk)
      bytes += chunk.length
    }
    return { sent: hash.digest('hex'), received: received.digest('hex'), bytes }
  }

  it('does not grow with the file', { timeout: 240_000 }, async () => {
    // One of two parts first: code and buffers that every upload needs are then there.
    await there(9 * MiB)
    const small = peak()
    const { sent, received, bytes } = await there(SIZE)
    const large = peak()
    expect([bytes, received]).toEqual([SIZE, sent])
    console.log(
      `Memory, ${store}: at most ${small} MiB with a file of 9 MiB, ${large} MiB with one of ${Math.round(SIZE / MiB)} MiB.`,
    )
    // Held in memory, the file alone would more than double it.
    if (!isS3) expect(large).toBeLessThan(small * 1.8)
    expect(large - small).toBeLessThan(SIZE / MiB / 2)
  })
})
