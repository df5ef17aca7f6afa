import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { pipeline } from 'node:stream/promises'
import { extract as createExtract } from 'tar-stream'
import { HASHES, hashLine, isEntryName, MANIFEST, MAX_MANIFEST_BYTES, parseManifest, type Manifest } from './archive'
import { DATABASE_FILE, OBJECTS, ToolError } from './folder'

/**
 * Unpacks a backup into a new folder and compares every hash. Memory is bounded, whatever the archive contains.
 * @throws ToolError for an archive that is not a complete backup
 */
export async function unpack(archive: string, folder: string): Promise<{ manifest: Manifest; files: number }> {
  await mkdir(folder, { mode: 0o700 })
  try {
    return await unpackEntries(archive, folder)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new ToolError(`The disk has no room for ${archive}. Nothing was replaced.`, { cause: error })
    throw new ToolError(`${archive} cannot be restored: ${(error as Error).message}. Nothing was replaced.`, {
      cause: error,
    })
  }
}

async function unpackEntries(archive: string, folder: string): Promise<{ manifest: Manifest; files: number }> {
  const extract = createExtract()
  const reading = pipeline(createReadStream(archive), extract)
  // The iterator below throws the same error.
  reading.catch(() => {})
  const given = join(folder, HASHES)
  const computed = `${given}.computed`
  const lines = await open(computed, 'wx', 0o600)
  let manifest: Manifest | undefined
  let hasDatabase = false
  let isComplete = false
  let files = 0
  try {
    for await (const entry of extract) {
      const { name, type } = entry.header
      const bytes = entry as AsyncIterable<Buffer>
      if (isComplete) throw new ToolError(`it goes on after its ${HASHES}`)
      if (!manifest) {
        if (name !== MANIFEST || type !== 'file') throw new ToolError('it is not a backup of WebChat')
        const text = await textOf(bytes)
        manifest = parseManifest(text)
        await lines.appendFile(hashLine(createHash('sha256').update(text).digest('hex'), name))
        continue
      }
      if (type !== 'file' || name === MANIFEST || !isEntryName(name))
        throw new ToolError(`it has an entry that no backup has: ${JSON.stringify(name)}`)
      const sha256 = await writeFile(bytes, join(folder, name))
      if (name === HASHES) isComplete = true
      else await lines.appendFile(hashLine(sha256, name))
      hasDatabase ||= name === DATABASE_FILE
      if (name.startsWith(`${OBJECTS}/`)) files++
    }
    await reading
  } finally {
    await lines.close()
  }
  if (!manifest) throw new ToolError('it is not a backup of WebChat')
  if (!isComplete || !hasDatabase) throw new ToolError('it ends too early')
  await compare(computed, given)
  await rm(computed)
  await rm(given)
  return { manifest, files }
}

async function textOf(entry: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of entry) {
    bytes += chunk.length
    if (bytes > MAX_MANIFEST_BYTES) throw new ToolError(`its ${MANIFEST} is too large`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

/** Writes an entry to a file, which must not exist. @returns its SHA-256 in hex */
async function writeFile(entry: AsyncIterable<Buffer>, path: string): Promise<string> {
  const hash = createHash('sha256')
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await pipeline(
    entry,
    async function* (chunks) {
      for await (const chunk of chunks) {
        hash.update(chunk)
        yield chunk
      }
    },
    createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }),
  )
  return hash.digest('hex')
}

/** Compares the computed hashes with those of the archive, line by line. */
async function compare(computed: string, given: string): Promise<void> {
  const theirs = linesOf(given)
  for await (const line of linesOf(computed)) {
    const { value } = await theirs.next()
    if (value !== line) throw new ToolError(`its entry ${line.slice(66)} is damaged`)
  }
  if (!(await theirs.next()).done) throw new ToolError('it lacks entries')
}

function linesOf(path: string): AsyncIterator<string> & AsyncIterable<string> {
  return createInterface({ input: createReadStream(path), crlfDelay: Infinity })[Symbol.asyncIterator]()
}
