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

/** Makes the signed address of a part. The route and the secret that signs it belong to the layers above. */
export type SignPartUrl = (upload: UnfinishedObject, number: number, size: number) => string

export interface DiskStorage extends Storage {
  /**
   * Writes the bytes of one part, for the route that signed addresses lead to.
   * @param size the exact length in bytes that was signed
   * @returns the part's ETag
   * @throws BadParts for another length, or an upload that no longer exists; StorageFull
   */
  receivePart(multipartId: string, number: number, size: number, bytes: Readable): Promise<string>
}

/**
 * Creates the store that keeps objects in a folder. It is for development and for one small machine.
 * @param reserve how many bytes of the disk uploads must leave free
 */
export function createDiskStorage(folder: string, signPartUrl: SignPartUrl, reserve: number): DiskStorage {
  const objects = join(folder, 'objects')
  const unfinished = join(folder, 'unfinished')
  const pathOf = (key: string) => join(objects, key)
  const partsOf = (multipartId: string) => join(unfinished, multipartId)
  const requireSpace = async (path: string, size: number) => {
    const { bavail, bsize } = await statfs(path)
    if (bavail * bsize - size < reserve) throw new StorageFull('The disk is nearly full.')
  }
  /** The parts that are being received, by the path of their file. */
  const arrivals = new Map<string, Arrival[]>()

  return {
    begin: (key, _mime, size) =>
      onDisk(async () => {
        await mkdir(unfinished, { recursive: true })
        await requireSpace(unfinished, size)
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
        const endArrival = await beginArrival(arrivals, target, bytes)
        // The temporary file is not named after the part, because a part that arrives removes all files that are.
        const arriving = join(partsOf(multipartId), `arriving.${randomUUID()}`)
        try {
          await requireSpace(partsOf(multipartId), size)
          const etag = await writeCounted(bytes, arriving, size)
          // The rename is atomic, so that a part that breaks off never replaces a complete one.
          await rename(arriving, `${target}.${etag}`)
          await removeOthers(target, etag)
          return `"${etag}"`
        } catch (error) {
          throw isMissing(error) ? new BadParts('This upload no longer exists.') : error
        } finally {
          await rm(arriving, { force: true })
          endArrival()
        }
      }),

    complete: ({ key, multipartId }, parts) =>
      onDisk(async () => {
        const files = await findParts(partsOf(multipartId), key, parts)
        const target = pathOf(key)
        // The parts stay until the object is complete, so that a completion that breaks off can be repeated.
        const whole = files.length === 1 ? files[0]! : join(partsOf(multipartId), `whole.${randomUUID()}`)
        try {
          if (files.length > 1) await requireSpace(partsOf(multipartId), await sizeOf(files))
          if (files.length > 1) await pipeline(bytesOf(files), createWriteStream(whole, { flush: true }))
          await inFolder(target, () => rename(whole, target))
        } catch (error) {
          throw isMissing(error) ? new BadParts('This upload no longer exists.') : error
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
        // An open file can be read to its end even if it is removed meanwhile.
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
        // A folder that is not empty stays. One that is gone is fine too.
        await Promise.all(
          [...new Set(keys.map((key) => dirname(pathOf(key))))].map((path) => rmdir(path).catch(() => {})),
        )
      }),

    signRead: async () => null,

    ping: () =>
      onDisk(async () => {
        await mkdir(objects, { recursive: true })
      }),
  }
}

async function writeAt(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += (await file.write(bytes, written, bytes.length - written, position + written)).bytesWritten
  }
}

/** Creates the folder of a file and runs `put`. Tries again if a removal deletes the empty folder in between. */
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
