import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open, readdir, readFile, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { BadParts, type SentPart } from './types'

/** The file beside the parts of an upload that says what object they are for. */
export const KEY = 'key'

/**
 * Writes a request's bytes to a file while counting; answers the MD5 of what was written, which is what S3 calls a
 * part's ETag. What is not wanted is read nevertheless: a body that nobody reads keeps its connection from carrying the
 * next request, and so does a request that a pipeline has destroyed.
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
    if (bytes.destroyed && !bytes.readableEnded) throw new BadParts('This part broke off.', { cause: error })
    bytes.resume()
    throw error
  }
  if (count !== size) throw new BadParts('This part is shorter than it was signed for.')
  return hash.digest('hex')
}

/** A body of a part on its way. */
export interface Arrival {
  bytes: Readable
  /** Resolves when nothing of it is written any more. */
  gone: Promise<void>
}

/** Bodies of one part at a time: the one whose sender has given up, and the one that came again, in whatever order. */
const MAX_ARRIVALS = 2

/**
 * Waits until few enough write a part: the oldest breaks off. Were all written, one address would fill the disk.
 * @returns says that this one is done
 */
export async function beginArrival(arrivals: Map<string, Arrival[]>, target: string, bytes: Readable): Promise<() => void> {
  for (let earlier = arrivals.get(target) ?? []; earlier.length >= MAX_ARRIVALS; earlier = arrivals.get(target) ?? []) {
    earlier[0]!.bytes.destroy()
    await earlier[0]!.gone
  }
  let done = () => {}
  const gone = new Promise<void>((resolve) => (done = resolve))
  const mine = { bytes, gone }
  arrivals.set(target, [...(arrivals.get(target) ?? []), mine])
  return () => {
    const others = arrivals.get(target)!.filter((one) => one !== mine)
    if (others.length > 0) arrivals.set(target, others)
    else arrivals.delete(target)
    done()
  }
}

/** Removes what a part was before: only the last one counts. */
export async function removeOthers(target: string, etag: string): Promise<void> {
  const [folder, name] = [dirname(target), basename(target)]
  const others = (await readdir(folder)).filter((file) => file.startsWith(`${name}.`) && file !== `${name}.${etag}`)
  await Promise.all(others.map((file) => rm(join(folder, file), { force: true })))
}

export async function sizeOf(files: readonly string[]): Promise<number> {
  return (await Promise.all(files.map((file) => stat(file)))).reduce((sum, { size }) => sum + size, 0)
}

export async function findParts(folder: string, key: string, parts: readonly SentPart[]): Promise<string[]> {
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

export async function* bytesOf(files: readonly string[]): AsyncGenerator<Buffer> {
  for (const file of files) yield* createReadStream(file)
}
