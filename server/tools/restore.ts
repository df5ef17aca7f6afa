import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { lockFolder } from '../embedded/folderLock'
import { refuseDamaged } from '../embedded/store/damage'
import { FORMAT, formatOf } from '../embedded/store/format'
import { Snapshot } from '../embedded/store/snapshot'
import type { Manifest } from './archive'
import { ASIDE, DATABASE, DATABASE_FILE, ToolError, RESTORING, syncFolder, timeName } from './folder'
import { unpack } from './unpack'

const BEAT_MS = 1_000

interface RestoreReport {
  manifest: Manifest
  files: number
  /** The folder to which the earlier data was moved. Undefined: there was none. */
  aside: string | undefined
}

/**
 * Restores a backup into a data folder. It unpacks the archive beside the earlier data and compares every hash. Only then
 * it moves everything to its place, the database last. Until that is done, no server starts there (`refuseHalfRestored`).
 * @param options.aside whether to move earlier data out of the way; otherwise a folder that is not empty is refused
 * @throws ToolError, or Error when a server runs on the folder. A damaged archive leaves everything as it was
 */
export async function restore(options: { dataDir: string; archive: string; aside: boolean }): Promise<RestoreReport> {
  const { dataDir } = options
  const archive = resolve(options.archive)
  if (!existsSync(archive)) throw new ToolError(`There is no archive ${archive}.`)
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const stage = join(dataDir, RESTORING)
  const unlockStage = await lockFolder(stage, BEAT_MS).catch((error: unknown) => {
    throw new ToolError(`Another restore into ${dataDir} is under way.`, { cause: error })
  })
  let isReplacing = false
  let unlock = () => {}
  try {
    // A server may have started just before this restore began. Its lock is found here.
    if (existsSync(join(dataDir, DATABASE))) unlock = await lockFolder(join(dataDir, DATABASE), BEAT_MS)
    const present = (await readdir(dataDir)).filter((name) => isInTheWay(name, relative(dataDir, archive)))
    if (present.length > 0 && !options.aside) {
      throw new ToolError(
        `${dataDir} is not empty. Choose a new folder, or let --aside move what is there out of the way.`,
      )
    }
    const unpacked = join(stage, 'unpacked')
    await rm(unpacked, { recursive: true, force: true })
    const { manifest, files } = await unpack(archive, unpacked)
    await refuseStore(unpacked)
    isReplacing = true
    const aside = present.length > 0 ? await moveAside(dataDir, present, unlock) : undefined
    await putInPlace(unpacked, dataDir)
    isReplacing = false
    return { manifest, files, aside }
  } finally {
    unlock()
    unlockStage()
    // If it fails while data is being replaced, the folder stays, so that the next start notices it.
    if (!isReplacing) await rm(stage, { recursive: true, force: true })
  }
}

/** Whether a name in a data folder is earlier data, and not the archive or what a restore or the system left there. */
function isInTheWay(name: string, archive: string): boolean {
  return name !== RESTORING && name !== 'lost+found' && !name.startsWith(ASIDE) && name !== archive.split(/[\\/]/)[0]
}

/** Checks an unpacked database. @throws ToolError for one that this version cannot open */
async function refuseStore(folder: string): Promise<void> {
  const file = join(folder, DATABASE_FILE)
  refuseDamaged(file)
  const snapshot = new Snapshot(file)
  const format = formatOf(snapshot)
  await snapshot.close()
  await rm(`${file}-lock`, { force: true })
  if (format > FORMAT)
    throw new ToolError(
      `The database in this backup is of format ${format}, made by a newer version of WebChat; this one reads up to format ${FORMAT}.`,
    )
}

async function moveAside(dataDir: string, names: readonly string[], unlock: () => void): Promise<string> {
  const aside = join(dataDir, `${ASIDE}${timeName(new Date())}`)
  await mkdir(aside, { mode: 0o700 })
  unlock()
  // The database is moved first: a folder without it cannot be mistaken for a complete one.
  for (const name of databaseFirst(names)) await rename(join(dataDir, name), join(aside, name))
  return aside
}

async function putInPlace(unpacked: string, dataDir: string): Promise<void> {
  const names = databaseFirst(await readdir(unpacked)).reverse()
  for (const name of names) await rename(join(unpacked, name), join(dataDir, name))
  await syncFolder(dataDir)
  await syncFolder(dirname(join(dataDir, DATABASE_FILE)))
}

function databaseFirst(names: readonly string[]): string[] {
  return [...names].sort((one, other) => Number(other === DATABASE) - Number(one === DATABASE))
}
