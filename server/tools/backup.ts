import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readdir, rename, rm, rmdir, stat, type FileHandle } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { pack as createPack, type Pack } from 'tar-stream'
import { isOwned, lockFolder } from '../embedded/folderLock'
import { readCatalog } from '../embedded/store/catalog'
import { refuseDamaged } from '../embedded/store/damage'
import { formatOf } from '../embedded/store/format'
import { after, documentPrefix } from '../embedded/store/layout'
import { copyStore, Snapshot } from '../embedded/store/snapshot'
import { ARCHIVE_FORMAT, HASHES, hashLine, isEntryName, MANIFEST, type Manifest } from './archive'
import {
  archiveName,
  archiveTime,
  DATABASE,
  DATABASE_FILE,
  DRAFT,
  filesBelow,
  OBJECTS,
  ToolError,
  rootFiles,
  syncFolder,
} from './folder'

const BEAT_MS = 1_000
/** The most bytes of an archive that are written between two syncs. */
const MAX_UNSYNCED_BYTES = 8 * 1024 ** 2

interface BackupReport {
  archive: string
  bytes: number
  files: number
  /** Files that were removed while the backup ran. */
  gone: number
  documents: number
}

/**
 * Copies a data folder into one archive. Its server may run. The database is copied first, as it is at one moment, then
 * the files. So the archive has every file that the copied database names, except files that were removed meanwhile.
 * @param options.to a folder, in which the archive is named by the time, or a file whose name ends in `.tar`
 * @param options.keep how many archives to keep in the folder, including this one; undefined: all
 * @throws ToolError; then there is no new archive
 */
export async function backUp(options: {
  dataDir: string
  to: string
  app: string
  keep?: number
}): Promise<BackupReport> {
  const { dataDir, app } = options
  const database = join(dataDir, DATABASE_FILE)
  if (!existsSync(database)) throw new ToolError(`There is no database in ${dataDir}: nothing to back up.`)
  const createdAt = new Date()
  const archive = resolve(options.to.endsWith('.tar') ? options.to : join(options.to, archiveName(createdAt)))
  const folder = dirname(archive)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const lock = join(folder, '.webchat-backup')
  const unlock = await lockFolder(lock, BEAT_MS).catch((error: unknown) => {
    throw new ToolError(`Another backup to ${folder} is under way.`, { cause: error })
  })
  const copy = `${archive}.database${DRAFT}`
  const draft = `${archive}${DRAFT}`
  try {
    // Drafts that an interrupted backup left.
    await removeDrafts(folder)
    if (existsSync(archive)) throw new ToolError(`${archive} exists already.`)
    // While a server writes to the file, it cannot be checked from outside. The server checked it when it opened it.
    if (!(await isOwned(join(dataDir, DATABASE), BEAT_MS))) refuseDamaged(database)
    await copyStore(database, copy)
    refuseDamaged(copy)
    const manifest: Manifest = {
      format: ARCHIVE_FORMAT,
      app,
      createdAt: createdAt.toISOString(),
      database: await describe(copy),
    }
    const { files, gone } = await writeArchive({ draft, copy, dataDir, manifest })
    await rename(draft, archive)
    await syncFolder(folder)
    if (options.keep !== undefined) await removeOld(folder, options.keep)
    const documents = Object.values(manifest.database.collections).reduce((sum, count) => sum + count, 0)
    return { archive, bytes: (await stat(archive)).size, files, gone, documents }
  } finally {
    await removeDrafts(folder)
    unlock()
    await rmdir(lock).catch(() => {})
  }
}

/** Writes the entries of an archive in order: the manifest, the database, the secrets, the files, and all hashes. */
async function writeArchive({
  draft,
  copy,
  dataDir,
  manifest,
}: {
  draft: string
  copy: string
  dataDir: string
  manifest: Manifest
}): Promise<{ files: number; gone: number }> {
  const pack = createPack()
  const written = writeInSteps(pack, draft)
  // It is awaited at the end. Without this line, a failure before that would end the process.
  written.catch(() => {})
  const list = `${draft}.hashes${DRAFT}`
  const hashes = await open(list, 'wx', 0o600)
  let files = 0
  let gone = 0
  const add = async (name: string, path: string) => {
    const sha256 = await addFile(pack, name, path)
    if (sha256) await hashes.appendFile(hashLine(sha256, name))
    return sha256 !== null
  }
  try {
    const text = JSON.stringify(manifest, null, 2)
    pack.entry({ name: MANIFEST, mode: 0o600 }, text)
    await hashes.appendFile(hashLine(createHash('sha256').update(text).digest('hex'), MANIFEST))
    await add(DATABASE_FILE, copy)
    for (const name of await rootFiles(dataDir)) if (isEntryName(name)) await add(name, join(dataDir, name))
    for await (const path of filesBelow(join(dataDir, OBJECTS))) {
      const name = `${OBJECTS}/${path}`
      if (!isEntryName(name)) continue
      if (await add(name, join(dataDir, name))) files++
      else gone++
    }
    await hashes.close()
    await addFile(pack, HASHES, list)
    pack.finalize()
    await written
  } catch (error) {
    pack.destroy(error as Error)
    await written.catch(() => {})
    throw error
  } finally {
    await hashes.close().catch(() => {})
  }
  return { files, gone }
}

/** Writes bytes to a new file, with many small syncs: a large one would delay the syncs of the running database. */
async function writeInSteps(bytes: AsyncIterable<unknown>, path: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    let unsynced = 0
    for await (const chunk of bytes as AsyncIterable<Buffer>) {
      await file.appendFile(chunk)
      unsynced += chunk.length
      if (unsynced < MAX_UNSYNCED_BYTES) continue
      await file.datasync()
      unsynced = 0
    }
    await file.sync()
  } finally {
    await file.close()
  }
}

/** Streams one file into the archive. @returns its SHA-256 in hex; null: it was removed */
async function addFile(pack: Pack, name: string, path: string): Promise<string | null> {
  const file = await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (!file) return null
  const { size, mtime } = await file.stat()
  const hash = createHash('sha256')
  const entry = pack.entry({ name, size, mtime, mode: 0o600 })
  // The file may grow meanwhile, but the entry must have exactly the size that it announces.
  await pipeline(
    firstBytes(file, size),
    async function* (chunks) {
      for await (const chunk of chunks) {
        hash.update(chunk)
        yield chunk
      }
    },
    entry as unknown as Writable,
  )
  return hash.digest('hex')
}

async function* firstBytes(file: FileHandle, size: number): AsyncGenerator<Buffer> {
  if (size > 0) yield* file.createReadStream({ end: size - 1 })
  else await file.close()
}

/** What the manifest says about a copied database. */
async function describe(copy: string): Promise<Manifest['database']> {
  const snapshot = new Snapshot(copy)
  try {
    const counts = readCatalog(snapshot).map(({ namespace, id }) => {
      const low = documentPrefix(id)
      return [namespace, snapshot.count({ low, high: after(low) })] as const
    })
    return { format: formatOf(snapshot), collections: Object.fromEntries(counts) }
  } finally {
    await snapshot.close()
  }
}

async function removeDrafts(folder: string): Promise<void> {
  const drafts = (await readdir(folder)).filter((name) => name.endsWith(DRAFT) || name.endsWith(`${DRAFT}-lock`))
  await Promise.all(drafts.map((name) => rm(join(folder, name), { force: true })))
}

/** Removes the oldest archives; their names sort by time. */
async function removeOld(folder: string, keep: number): Promise<void> {
  const archives = (await readdir(folder))
    .filter((name) => archiveTime(name) !== undefined)
    .sort()
    .reverse()
  await Promise.all(archives.slice(keep).map((name) => rm(join(folder, name))))
}
