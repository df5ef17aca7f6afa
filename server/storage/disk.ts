import { createHash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { BadParts, NoSuchObject, StorageUnavailable, type SentPart, type Storage, type UnfinishedObject } from './types'

/** The file beside the parts of an upload that says what object they are for. */
const KEY = 'key'

/** Makes the address of a part: the route is above this folder, and so is the secret that signs it. */
export type SignPartUrl = (upload: UnfinishedObject, number: number, size: number) => string

export interface DiskStorage extends Storage {
  /**
   * Takes the bytes of one part, for the route that signed addresses lead to.
   * @param size the exact length that was signed
   * @returns the part's ETag
   * @throws BadParts for another length, or an upload that is not there any more
   */
  receivePart(multipartId: string, number: number, size: number, bytes: Readable): Promise<string>
}

/** The store in a folder: for development, and for one small machine. */
export function createDiskStorage(folder: string, signPartUrl: SignPartUrl): DiskStorage {
  const objects = join(folder, 'objects')
  const unfinished = join(folder, 'unfinished')
  const pathOf = (key: string) => join(objects, key)
  const partsOf = (multipartId: string) => join(unfinished, multipartId)

  return {
    begin: (key) =>
      onDisk(async () => {
        const multipartId = randomUUID()
        await mkdir(partsOf(multipartId), { recursive: true })
        await writeFile(join(partsOf(multipartId), KEY), key)
        return { key, multipartId }
      }),

    async signPart(upload, number, size) {
      return { number, url: signPartUrl(upload, number, size), method: 'PUT', headers: {} }
    },

    receivePart: (multipartId, number, size, bytes) =>
      onDisk(async () => {
        const target = join(partsOf(multipartId), String(number))
        const arriving = `${target}.${randomUUID()}`
        try {
          const etag = await writeCounted(bytes, arriving, size)
          // Whole or not at all: a part that broke off must not stand where a good one was.
          await rename(arriving, `${target}.${etag}`)
          return `"${etag}"`
        } catch (error) {
          throw isMissing(error) ? new BadParts('This upload is not there any more.') : error
        } finally {
          await rm(arriving, { force: true })
        }
      }),

    complete: ({ key, multipartId }, parts) =>
      onDisk(async () => {
        const files = await findParts(partsOf(multipartId), key, parts)
        const target = pathOf(key)
        // The parts stay as they are until the object is whole, so that a completion that broke off can be repeated.
        const whole = files.length === 1 ? files[0]! : join(partsOf(multipartId), `whole.${randomUUID()}`)
        try {
          if (files.length > 1) await pipeline(bytesOf(files), createWriteStream(whole, { flush: true }))
          await inFolder(target, () => rename(whole, target))
        } catch (error) {
          throw isMissing(error) ? new BadParts('This upload is not there any more.') : error
        }
        await rm(partsOf(multipartId), { recursive: true, force: true })
      }),

    abort: ({ multipartId }) => onDisk(() => rm(partsOf(multipartId), { recursive: true, force: true })),

    inspect: (key) =>
      onDisk(async () => {
        const found = await stat(pathOf(key)).catch((error: unknown) => {
          if (!isMissing(error)) throw error
          return null
        })
        return found && { size: found.size, etag: `"${found.ino.toString(36)}-${found.mtimeMs.toString(36)}"` }
      }),

    read: (key, range) =>
      onDisk(async () => {
        const file = await open(pathOf(key)).catch((error: unknown) => {
          throw isMissing(error) ? new NoSuchObject('There is no such object.') : error
        })
        // Open, it can be read to its end also when it is removed meanwhile.
        return file.createReadStream(range)
      }),

    write: (key, bytes) =>
      onDisk(async () => {
        const target = pathOf(key)
        const arriving = `${target}.${randomUUID()}`
        try {
          await inFolder(target, () => writeFile(arriving, bytes, { flush: true }))
          await rename(arriving, target)
        } finally {
          await rm(arriving, { force: true })
        }
      }),

    remove: (keys) =>
      onDisk(async () => {
        await Promise.all(keys.map((key) => rm(pathOf(key), { force: true })))
        // A folder that still has something in it stays, and so does one that is gone.
        await Promise.all([...new Set(keys.map((key) => dirname(pathOf(key))))].map((path) => rmdir(path).catch(() => {})))
      }),

    signRead: async () => null,

    ping: () =>
      onDisk(async () => {
        await mkdir(objects, { recursive: true })
      }),
  }
}

/**
 * Writes a request's bytes to a file while counting; answers the MD5 of what was written, which is what S3 calls a
 * part's ETag. What is not wanted is read nevertheless: a body that nobody reads keeps its connection from carrying the
 * next request, and so does a request that a pipeline has destroyed.
 */
async function writeCounted(bytes: Readable, path: string, size: number): Promise<string> {
  const hash = createHash('md5')
  let count = 0
  try {
    const file = await open(path, 'wx')
    try {
      for await (const chunk of bytes.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        count += chunk.length
        if (count > size) throw new BadParts('This part is longer than it was signed for.')
        hash.update(chunk)
        await file.writeFile(chunk)
      }
      await file.sync()
    } finally {
      await file.close()
    }
  } catch (error) {
    if (bytes.destroyed && !bytes.readableEnded) throw new BadParts('This part broke off.', { cause: error })
    bytes.resume()
    throw error
  }
  if (count !== size) throw new BadParts('This part is shorter than it was signed for.')
  return hash.digest('hex')
}

async function findParts(folder: string, key: string, parts: readonly SentPart[]): Promise<string[]> {
  const present = new Set(await readdir(folder).catch(() => []))
  const isThere = present.has(KEY) && (await readFile(join(folder, KEY), 'utf8')) === key
  if (!isThere) throw new BadParts('This upload is not there any more.')
  if (parts.length === 0) throw new BadParts('There are no parts.')
  return parts.map(({ number, etag }, index) => {
    if (index > 0 && number <= parts[index - 1]!.number) throw new BadParts('The parts are not in their order.')
    const name = `${number}.${etag.replaceAll('"', '')}`
    if (!present.has(name)) throw new BadParts(`Part ${number} is not there.`)
    return join(folder, name)
  })
}

async function* bytesOf(files: readonly string[]): AsyncGenerator<Buffer> {
  for (const file of files) yield* createReadStream(file)
}

/** Puts a file into its folder, which is made, and made again if a removal took the empty folder in between. */
async function inFolder(target: string, put: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    await mkdir(dirname(target), { recursive: true })
    try {
      return await put()
    } catch (error) {
      if (!isMissing(error) || attempt === 3) throw error
    }
  }
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}

/** Does a thing on the disk; one that is full or gone is a store that does not answer. */
async function onDisk<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code && ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EACCES', 'EMFILE', 'ENOTDIR'].includes(code)) {
      throw new StorageUnavailable('The disk takes no more.', { cause: error })
    }
    throw error
  }
}
