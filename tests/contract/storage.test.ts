import { request } from 'node:http'
import { randomBytes } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  BadParts,
  NoSuchObject,
  StorageUnavailable,
  type SentPart,
  type SignedPart,
  type Storage,
  type UnfinishedObject,
} from '../../server/storage/types'
import { warnWithoutS3 } from '../support/files/stores'
import { drivers, type Driver } from './support/storages'

warnWithoutS3('The contract of the file store')

/** The least that S3 takes as a part which is not the last. */
const PART = 5 * 1024 ** 2
/** Of an upload that it does not know S3 says so; Ceph says that it is busy with it. */
const isNo = (error: unknown) => error instanceof BadParts || error instanceof StorageUnavailable
const newKey = () => `uploads/contract/${randomBytes(8).toString('hex')}/original`

describe.each(drivers)('the file store: $name', ({ start }) => {
  let driver: Driver
  let storage: Storage
  beforeAll(async () => {
    driver = await start()
    storage = driver.storage
  })
  afterAll(() => driver?.stop())
  afterEach(() => {
    vi.useRealTimers()
  })

  const begin = (key = newKey()) => storage.begin(key, 'text/plain', 1)

  async function put({ url, method, headers }: SignedPart, bytes: Buffer): Promise<{ status: number; etag: string }> {
    const body = bytes as Buffer<ArrayBuffer>
    const response = await fetch(new URL(url, driver.baseUrl), { method, headers, body })
    await response.text()
    return { status: response.status, etag: response.headers.get('etag') ?? '' }
  }

  async function sendPart(upload: UnfinishedObject, number: number, bytes: Buffer): Promise<SentPart> {
    const { status, etag } = await put(await storage.signPart(upload, number, bytes.length), bytes)
    expect(status).toBe(200)
    return { number, etag }
  }

  async function stored(bytes: Buffer): Promise<string> {
    const upload = await begin()
    const parts: SentPart[] = []
    for (let at = 0; at < bytes.length; at += PART)
      parts.push(await sendPart(upload, parts.length + 1, bytes.subarray(at, at + PART)))
    await storage.complete(upload, parts)
    return upload.key
  }

  it('makes an object from parts in any order, bit for bit', async () => {
    const bytes = randomBytes(2 * PART + 1_000)
    const upload = await begin()
    const third = await sendPart(upload, 3, bytes.subarray(2 * PART))
    const [first, second] = await Promise.all([
      sendPart(upload, 1, bytes.subarray(0, PART)),
      sendPart(upload, 2, bytes.subarray(PART, 2 * PART)),
    ])
    expect(await storage.inspect(upload.key)).toBeNull()
    await storage.complete(upload, [first, second, third])
    expect(await storage.inspect(upload.key)).toMatchObject({
      size: bytes.length,
      etag: expect.stringMatching(/^"[\w.-]+"$/),
    })
    expect((await buffer(await storage.read(upload.key))).equals(bytes)).toBe(true)
  })

  it('makes an object of one byte', async () => {
    const key = await stored(Buffer.from('x'))
    expect(await storage.inspect(key)).toMatchObject({ size: 1 })
    expect(String(await buffer(await storage.read(key)))).toBe('x')
  })

  it.each([
    [0, 0, '0'],
    [0, 9, '0123456789'],
    [3, 5, '345'],
    [9, 9, '9'],
  ])('reads the bytes %i to %i', async (start, end, expected) => {
    const key = await stored(Buffer.from('0123456789'))
    expect(String(await buffer(await storage.read(key, { start, end })))).toBe(expected)
  })

  it('overwrites bytes of an object of any size, and leaves the others unchanged', async () => {
    for (const size of [1_000, 3 * 8 * 1024 ** 2 + 10]) {
      const bytes = randomBytes(size)
      const key = await stored(bytes)
      const patches = [
        { start: 3, end: 3, head: Buffer.alloc(0) },
        { start: 10, end: 40, head: Buffer.from('free') },
        { start: size - 5, end: size, head: Buffer.from('end') },
      ]
      await storage.patch(key, [])
      await storage.patch(key, patches)
      bytes.fill(0, 10, 40).fill(0, size - 5)
      bytes.write('free', 10)
      bytes.write('end', size - 5)
      expect((await buffer(await storage.read(key))).equals(bytes)).toBe(true)
    }
    await expect(storage.patch(newKey(), [{ start: 0, end: 1, head: Buffer.alloc(0) }])).rejects.toThrow(NoSuchObject)
  })

  it('accepts a part again, and the later one counts', async () => {
    const upload = await begin()
    await sendPart(upload, 1, Buffer.from('before'))
    await storage.complete(upload, [await sendPart(upload, 1, Buffer.from('after'))])
    expect(String(await buffer(await storage.read(upload.key)))).toBe('after')
  })

  describe('refuses a part', () => {
    it.each([
      ['longer', 11],
      ['shorter', 9],
    ])('%s than it was signed for', async (_, length) => {
      const upload = await begin()
      const signed = await storage.signPart(upload, 1, 10)
      const { status, etag } = await put(signed, Buffer.alloc(length))
      expect(status).toBeGreaterThanOrEqual(400)
      await expect(storage.complete(upload, [{ number: 1, etag: etag || '"0"' }])).rejects.toThrow(BadParts)
    })

    it('without a length', async () => {
      const signed = await storage.signPart(await begin(), 1, 10)
      expect(await putChunked(signed)).toBeGreaterThanOrEqual(400)
    })

    it('that was interrupted, and accepts it when it is sent again', async () => {
      const upload = await begin()
      const signed = await storage.signPart(upload, 1, PART)
      const bytes = randomBytes(PART)
      await breakOff(signed, bytes)
      const etag = (await put(signed, bytes)).etag
      await storage.complete(upload, [{ number: 1, etag }])
      expect((await buffer(await storage.read(upload.key))).equals(bytes)).toBe(true)
    })

    it('at an address that was signed for another number, upload or length', async () => {
      const [upload, other] = [await begin(), await begin()]
      const signed = await storage.signPart(upload, 1, 10)
      const foreign = driver.changeAddress(signed.url, { multipartId: [upload, other], key: [upload, other] })
      for (const url of [driver.changeAddress(signed.url, { number: [1, 2] }), foreign]) {
        expect(url).not.toBe(signed.url)
        expect((await put({ ...signed, url }, Buffer.alloc(10))).status).toBe(403)
      }
      expect(
        (await put({ ...signed, url: signed.url.replace('=10&', '=11&') }, Buffer.alloc(11))).status,
      ).toBeGreaterThanOrEqual(400)
      expect(
        (await put({ ...signed, url: signed.url.replace(/ignature=.{4}/, 'ignature=aaaa') }, Buffer.alloc(10))).status,
      ).toBe(403)
    })

    it('at an address that has expired', async () => {
      const upload = await begin()
      vi.useFakeTimers({ toFake: ['Date'], now: Date.now() - 3_700_000 })
      const signed = await storage.signPart(upload, 1, 3)
      vi.useRealTimers()
      expect((await put(signed, Buffer.from('old'))).status).toBe(403)
      expect((await put(await storage.signPart(upload, 1, 3), Buffer.from('new'))).status).toBe(200)
    })
  })

  describe('completing', () => {
    it('needs every part, and succeeds when the missing one has arrived', async () => {
      const upload = await begin()
      const first = await sendPart(upload, 1, Buffer.alloc(PART, 'a'))
      await expect(storage.complete(upload, [first, { number: 2, etag: first.etag }])).rejects.toThrow(BadParts)
      expect(await storage.inspect(upload.key)).toBeNull()
      await storage.complete(upload, [first, await sendPart(upload, 2, Buffer.from('b'))])
      expect(await storage.inspect(upload.key)).toMatchObject({ size: PART + 1 })
    })

    it.each(['"00000000000000000000000000000000"', '"x"', '"../../key"'])(
      'needs the right ETag: not %s',
      async (etag) => {
        const upload = await begin()
        const part = await sendPart(upload, 1, Buffer.from('abc'))
        await expect(storage.complete(upload, [{ number: 1, etag }])).rejects.toThrow(BadParts)
        await storage.complete(upload, [part])
      },
    )

    it('needs at least one part', async () => {
      const upload = await begin()
      await expect(storage.complete(upload, [])).rejects.toThrow(BadParts)
      await storage.complete(upload, [await sendPart(upload, 1, Buffer.from('b'))])
    })

    it('twice leaves the object unchanged', async () => {
      const upload = await begin()
      const parts = [await sendPart(upload, 1, Buffer.from('once'))]
      await storage.complete(upload, parts)
      // S3 may say that it was done, or that there is nothing to do any more.
      await storage.complete(upload, parts).catch((error: unknown) => expect(error).toBeInstanceOf(BadParts))
      expect(String(await buffer(await storage.read(upload.key)))).toBe('once')
    })

    it('for a different object is refused', async () => {
      const upload = await begin()
      const part = await sendPart(upload, 1, Buffer.from('abc'))
      const elsewhere = { ...upload, key: newKey() }
      await expect(storage.complete(elsewhere, [part])).rejects.toSatisfy(isNo)
      expect(await storage.inspect(elsewhere.key)).toBeNull()
    })
  })

  it('aborts an upload, also twice, and then accepts no part of it', async () => {
    const upload = await begin()
    const part = await sendPart(upload, 1, Buffer.from('gone'))
    const signed = await storage.signPart(upload, 2, 3)
    await storage.abort(upload)
    await storage.abort(upload)
    expect((await put(signed, Buffer.from('abc'))).status).toBeGreaterThanOrEqual(400)
    await expect(storage.complete(upload, [part])).rejects.toSatisfy(isNo)
    expect(await storage.inspect(upload.key)).toBeNull()
    expect(await driver.unfinished(upload)).toBe(false)
  })

  it('aborting a complete upload leaves the object', async () => {
    const upload = await begin()
    await storage.complete(upload, [await sendPart(upload, 1, Buffer.from('whole'))])
    await storage.abort(upload)
    expect(await storage.inspect(upload.key)).toMatchObject({ size: 5 })
  })

  it('writes and overwrites objects, and removes them, also missing ones', async () => {
    const key = newKey()
    await storage.write(key, Buffer.from('one'), 'text/plain')
    const before = await storage.inspect(key)
    await storage.write(key, Buffer.from('three'), 'text/plain')
    expect(await storage.inspect(key)).toMatchObject({ size: 5, etag: expect.not.stringContaining(before!.etag) })
    expect(String(await buffer(await storage.read(key)))).toBe('three')
    await storage.remove([key, newKey()])
    await storage.remove([key])
    expect(await storage.inspect(key)).toBeNull()
    await expect(storage.read(key)).rejects.toThrow(NoSuchObject)
  })

  it('answers a ping', () => expect(storage.ping()).resolves.toBeUndefined())

  /** Sends a body in chunks, without a Content-Length. */
  function putChunked({ url, method }: SignedPart): Promise<number> {
    return new Promise((resolve, reject) => {
      const outgoing = request(new URL(url, driver.baseUrl), { method, agent: false }, (response) => {
        response.resume()
        resolve(response.statusCode!)
      })
      outgoing.on('error', reject)
      outgoing.write('01234')
      outgoing.end('56789')
    })
  }

  /** Sends half of a part and lets the connection go. */
  function breakOff({ url, method }: SignedPart, bytes: Buffer): Promise<void> {
    return new Promise((resolve) => {
      const outgoing = request(new URL(url, driver.baseUrl), {
        method,
        agent: false,
        headers: { 'content-length': bytes.length },
      })
      outgoing.on('error', () => {})
      outgoing.on('close', () => resolve())
      outgoing.write(bytes.subarray(0, bytes.length / 2), () => outgoing.destroy())
    })
  }
})
