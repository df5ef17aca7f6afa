import { randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, open, rename, rm, rmdir, stat, statfs, writeFile, type FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isMissing, onDisk } from './diskErrors'
import { bytesOf, findParts, KEY, removeOthers, sizeOf, beginArrival, writeCounted, type Arrival } from './diskParts'
import { BadParts, NoSuchObject, StorageFull, type Storage, type UnfinishedObject } from './types'

const ZEROS = Buffer.alloc(64 * 1024)

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

/**
 * The store in a folder: for development, and for one small machine.
 * @param reserve bytes of the disk that uploads leave free
 */
export function createDiskStorage(folder: string, signPartUrl: SignPartUrl, reserve: number): DiskStorage {
  const objects = join(folder, 'objects')
  const unfinished = join(folder, 'unfinished')
  const pathOf = (key: string) => join(objects, key)
  const partsOf = (multipartId: string) => join(unfinished, multipartId)
  const demandRoom = async (path: string, size: number) => {
    const { bavail, bsize } = await statfs(path)
    if (bavail * bsize - size < reserve) throw new StorageFull('The disk is nearly full.')
  }
  /** Parts that are being received, by where each will be. */
  const arrivals = new Map<string, Arrival[]>()

  return {
    begin: (key, _mime, size) =>
      onDisk(async () => {
        await mkdir(unfinished, { recursive: true })
        await demandRoom(unfinished, size)
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
        const arrived = await beginArrival(arrivals, target, bytes)
        // Not named after the part: what replaces a part removes all that is.
        const arriving = join(partsOf(multipartId), `arriving.${randomUUID()}`)
        try {
          await demandRoom(partsOf(multipartId), size)
          const etag = await writeCounted(bytes, arriving, size)
          // Whole or not at all: a part that broke off must not stand where a good one was.
          await rename(arriving, `${target}.${etag}`)
          await removeOthers(target, etag)
          return `"${etag}"`
        } catch (error) {
          throw isMissing(error) ? new BadParts('This upload is not there any more.') : error
        } finally {
          await rm(arriving, { force: true })
          arrived()
        }
      }),

    complete: ({ key, multipartId }, parts) =>
      onDisk(async () => {
        const files = await findParts(partsOf(multipartId), key, parts)
        const target = pathOf(key)
        // The parts stay as they are until the object is whole, so that a completion that broke off can be repeated.
        const whole = files.length === 1 ? files[0]! : join(partsOf(multipartId), `whole.${randomUUID()}`)
        try {
          if (files.length > 1) await demandRoom(partsOf(multipartId), await sizeOf(files))
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

    patch: (key, patches) =>
      onDisk(async () => {
        if (patches.length === 0) return
        const file = await open(pathOf(key), 'r+').catch((error: unknown) => {
          throw isMissing(error) ? new NoSuchObject('There is no such object.') : error
        })
        try {
          for (const { start, end, head } of patches) {
            await writeAt(file, head, start)
            for (let at = start + head.length; at < end; at += ZEROS.length) {
              await writeAt(file, ZEROS.subarray(0, Math.min(ZEROS.length, end - at)), at)
            }
          }
          await file.sync()
        } finally {
          await file.close()
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

async function writeAt(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    written += (await file.write(bytes, written, bytes.length - written, position + written)).bytesWritten
  }
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
