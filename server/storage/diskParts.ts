import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { BadParts, type SentPart } from './types'

/** The name of the file next to an upload's parts that contains the key of their object. */
export const KEY = 'key'

/**
 * Writes a request's bytes to a file and counts them. After an error it still reads the rest of the body, because an
 * unread body, or a request that a pipeline has destroyed, keeps its connection from carrying the next request.
 * @param size the expected bytes
 * @returns the MD5 of the bytes in hex, which S3 uses as the ETag of a part
 * @throws BadParts for another length, or when the request breaks off
 */
export async function writeCounted(bytes: Readable, path: string, size: number): Promise<string> {
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
    if (bytes.destroyed && !bytes.readableEnded)
      throw new BadParts('The upload of this part broke off.', { cause: error })
    bytes.resume()
    throw error
  }
  if (count !== size) throw new BadParts('This part is shorter than it was signed for.')
  return hash.digest('hex')
}

/** A part whose body is being received. */
export interface Arrival {
  bytes: Readable
  /** Resolves when it no longer writes anything. */
  finished: Promise<void>
}

/** The most bodies of one part at a time: one whose sender may have given up, and its repetition. */
const MAX_ARRIVALS = 2

/**
 * Registers a body of a part. Aborts the oldest one when there are too many: if all were written, one signed address
 * could fill the disk. Resolves when this one may write.
 * @param target the path of the part's file
 * @returns a function to call when this one no longer writes
 */
export async function beginArrival(
  arrivals: Map<string, Arrival[]>,
  target: string,
  bytes: Readable,
): Promise<() => void> {
  for (let earlier = arrivals.get(target) ?? []; earlier.length >= MAX_ARRIVALS; earlier = arrivals.get(target) ?? []) {
    earlier[0]!.bytes.destroy()
    await earlier[0]!.finished
  }
  let done = () => {}
  const finished = new Promise<void>((resolve) => (done = resolve))
  const own = { bytes, finished }
  arrivals.set(target, [...(arrivals.get(target) ?? []), own])
  return () => {
    const others = arrivals.get(target)!.filter((one) => one !== own)
    if (others.length > 0) arrivals.set(target, others)
    else arrivals.delete(target)
    done()
  }
}

/** Removes earlier versions of a part, because only the last one counts. */
export async function removeOthers(target: string, etag: string): Promise<void> {
  const [folder, name] = [dirname(target), basename(target)]
  const others = (await readdir(folder)).filter((file) => file.startsWith(`${name}.`) && file !== `${name}.${etag}`)
  await Promise.all(others.map((file) => rm(join(folder, file), { force: true })))
}

/** The size of files together, in bytes. */
export async function sizeOf(files: readonly string[]): Promise<number> {
  return (await Promise.all(files.map((file) => stat(file)))).reduce((sum, { size }) => sum + size, 0)
}

/**
 * Finds the files of an upload's parts.
 * @returns their paths, in the order of `parts`
 * @throws BadParts when a part is missing, not in order or another one, or when the upload no longer exists
 */
export async function findParts(folder: string, key: string, parts: readonly SentPart[]): Promise<string[]> {
  const present = new Set(await readdir(folder).catch(() => []))
  const isThere = present.has(KEY) && (await readFile(join(folder, KEY), 'utf8')) === key
  if (!isThere) throw new BadParts('This upload no longer exists.')
  if (parts.length === 0) throw new BadParts('There are no parts.')
  return parts.map(({ number, etag }, index) => {
    if (index > 0 && number <= parts[index - 1]!.number) throw new BadParts('The parts are not in order.')
    const name = `${number}.${etag.replaceAll('"', '')}`
    if (!present.has(name)) throw new BadParts(`Part ${number} is missing.`)
    return join(folder, name)
  })
}

/** The bytes of files, one after the other. */
export async function* bytesOf(files: readonly string[]): AsyncGenerator<Buffer> {
  for (const file of files) yield* createReadStream(file)
}
