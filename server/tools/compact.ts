import { existsSync } from 'node:fs'
import { open, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { lockFolder } from '../embedded/folderLock'
import { refuseDamaged } from '../embedded/store/damage'
import { copyStore, Snapshot } from '../embedded/store/snapshot'
import { DATABASE, DATABASE_FILE, ToolError, syncFolder } from './folder'

const BEAT_MS = 1_000
const EVERY_KEY = { low: Buffer.from([0]), high: Buffer.from([255]) }

/**
 * Replaces the database of a data folder with a copy without free pages. No server may run on the folder.
 * @returns the size of the file in bytes, before and after
 * @throws ToolError, or Error when a server runs; then the database is as it was
 */
export async function compact(dataDir: string): Promise<{ before: number; after: number }> {
  const folder = join(dataDir, DATABASE)
  const file = join(dataDir, DATABASE_FILE)
  if (!existsSync(file)) throw new ToolError(`There is no database in ${dataDir}.`)
  const unlock = await lockFolder(folder, BEAT_MS)
  const copy = `${file}.compact`
  try {
    refuseDamaged(file, Infinity)
    const before = (await stat(file)).size
    await rm(copy, { force: true })
    await copyStore(file, copy, true)
    refuseDamaged(copy, Infinity)
    if ((await countKeys(copy)) !== (await countKeys(file)))
      throw new ToolError('The copy is not what the database is: nothing was changed.')
    await sync(copy)
    await rename(copy, file)
    await syncFolder(folder)
    return { before, after: (await stat(file)).size }
  } finally {
    await Promise.all([copy, `${copy}-lock`].map((path) => rm(path, { force: true })))
    unlock()
  }
}

async function countKeys(file: string): Promise<number> {
  const snapshot = new Snapshot(file)
  const count = snapshot.count(EVERY_KEY)
  await snapshot.close()
  return count
}

async function sync(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  await handle.sync()
  await handle.close()
}
