import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { createDiskStorage } from '../../server/storage/disk'
import { createS3Storage } from '../../server/storage/s3'
import { BadParts, StorageUnavailable, type Storage } from '../../server/storage/types'
import { startProxy, type Proxy } from '../support/files/proxy'
import { createBucket, S3_ENDPOINT, warnWithoutS3, type Bucket } from '../support/files/stores'
import { freePort } from '../support/raw'

warnWithoutS3('The faults of the file store')

const upload = { key: 'uploads/faults/original', multipartId: 'none' }

/** Everything that asks the store something. */
const calls: Record<string, (storage: Storage) => Promise<unknown>> = {
  begin: (storage) => storage.begin(upload.key, 'text/plain', 1),
  complete: (storage) => storage.complete(upload, [{ number: 1, etag: '"x"' }]),
  abort: (storage) => storage.abort(upload),
  inspect: (storage) => storage.inspect(upload.key),
  read: (storage) => storage.read(upload.key),
  write: (storage) => storage.write(upload.key, Buffer.from('x'), 'text/plain'),
  remove: (storage) => storage.remove([upload.key]),
  ping: (storage) => storage.ping(),
}

process.env.AWS_ACCESS_KEY_ID ??= 'nobody'
process.env.AWS_SECRET_ACCESS_KEY ??= 'nothing'
const s3At = (endpoint: string, bucket = 'nowhere') =>
  createS3Storage({ bucket, region: 'us-east-1', endpoint, forcePathStyle: true })

describe('an S3 that does not answer', () => {
  let storage: Storage
  beforeAll(async () => {
    storage = s3At(`http://127.0.0.1:${await freePort()}`)
  })

  it.each(Object.entries(calls))('%s reports that the store is unreachable', async (_, call) => {
    await expect(call(storage)).rejects.toThrow(StorageUnavailable)
  })

  it('signs without a request', async () => {
    expect((await storage.signPart(upload, 1, 5)).url).toContain('X-Amz-Signature')
  })
})

describe('an S3 that refuses the server', () => {
  it.each(['ping', 'inspect', 'read', 'begin'] as const)(
    '%s treats it as a fault, not as a missing object',
    async (name) => {
      const server = createServer((_request, response) => response.writeHead(403).end())
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      onTestFinished(() => void server.close())
      const storage = s3At(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
      await expect(calls[name]!(storage)).rejects.toThrow(StorageUnavailable)
    },
  )

  it('sends readers to the host in front of the bucket, with the signature for the bucket itself', async () => {
    const readUrl = 'https://files.example.net'
    const storage = createS3Storage({
      bucket: 'nowhere',
      region: 'eu-central-1',
      endpoint: undefined,
      forcePathStyle: false,
      readUrl,
    })
    const address = new URL(
      (await storage.signRead('uploads/a b/original', {
        mime: 'text/plain',
        disposition: 'attachment',
        cacheControl: 'private',
      }))!,
    )
    expect([address.origin, address.pathname]).toEqual([readUrl, '/uploads/a%20b/original'])
    expect(address.searchParams.get('X-Amz-SignedHeaders')).toBe('host')
  })
})

describe.skipIf(!S3_ENDPOINT)('an S3 that is overloaded', () => {
  let proxy: Proxy
  let bucket: Bucket
  let storage: Storage
  beforeAll(async () => {
    ;[proxy, bucket] = await Promise.all([startProxy(S3_ENDPOINT!), createBucket()])
    storage = s3At(proxy.url, bucket.name)
  })
  afterAll(() => Promise.all([proxy?.stop(), bucket?.remove()]))

  it.each(Object.entries(calls))('%s reports that after some tries', async (_, call) => {
    proxy.decide = () => 'busy'
    await expect(call(storage)).rejects.toThrow(StorageUnavailable)
  })

  it.each(['busy', 'cut'] as const)('a single answer that is %s is not noticed', async (fate) => {
    let first = true
    proxy.decide = () => {
      const now = first ? fate : 'pass'
      first = false
      return now
    }
    await storage.write(upload.key, Buffer.from(fate), 'text/plain')
    proxy.decide = () => 'pass'
    expect(String(await buffer(await storage.read(upload.key)))).toBe(fate)
  })
})

describe('a folder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'webchat-full-'))
  const storage = createDiskStorage(folder, () => '', 0)
  let isSmall = false
  beforeAll(() => {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', folder], { stdio: 'ignore' })
      isSmall = true
    } catch {
      console.warn('A full disk was NOT tested: this process may not mount a small one.')
    }
  })
  afterAll(() => {
    if (isSmall) execFileSync('umount', [folder])
    rmSync(folder, { recursive: true, force: true })
  })

  it('that is full accepts no part, keeps its parts, and accepts the part when there is space', async ({ skip }) => {
    if (!isSmall) skip()
    const small = await storage.begin('uploads/small/original', 'text/plain', 1)
    const etag = await storage.receivePart(small.multipartId, 1, 5, Readable.from([Buffer.from('small')]))
    const large = await storage.begin('uploads/large/original', 'text/plain', 1)
    const bytes = () => Readable.from([Buffer.alloc(150_000), Buffer.alloc(150_000)])
    await expect(storage.receivePart(large.multipartId, 1, 300_000, bytes())).rejects.toThrow(StorageUnavailable)
    await expect(storage.write('uploads/large/small.webp', Buffer.alloc(300_000), 'image/webp')).rejects.toThrow(
      StorageUnavailable,
    )
    // What did not fit has not stayed: this does.
    await storage.write('uploads/medium', Buffer.alloc(150_000), 'text/plain')
    await storage.complete(small, [{ number: 1, etag }])
    expect(String(await buffer(await storage.read(small.key)))).toBe('small')
    await storage.remove(['uploads/medium'])
    await storage.receivePart(large.multipartId, 1, 150_000, Readable.from([Buffer.alloc(150_000)]))
  })

  it('keeps nothing of an interrupted part', async () => {
    const begun = await storage.begin('uploads/broken/original', 'text/plain', 1)
    const half = Readable.from(
      (async function* () {
        yield Buffer.from('half')
        throw new Error('the line is gone')
      })(),
    )
    await expect(storage.receivePart(begun.multipartId, 1, 8, half)).rejects.toThrow(BadParts)
    await expect(storage.complete(begun, [{ number: 1, etag: '"x"' }])).rejects.toThrow(BadParts)
  })

  it('that is no folder is unreachable', async () => {
    const file = join(folder, 'a-file')
    await mkdir(folder, { recursive: true })
    await writeFile(file, '')
    await expect(createDiskStorage(file, () => '', 0).ping()).rejects.toThrow(StorageUnavailable)
  })
})
