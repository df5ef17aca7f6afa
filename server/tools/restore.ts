import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { dirname, join, relative, resolve } from 'node:path'
import { lockFolder } from '../embedded/folderLock'
import { refuseDamaged } from '../embedded/store/damage'
import { FORMAT, formatOf } from '../embedded/store/format'
import { Snapshot } from '../embedded/store/snapshot'
import type { Manifest } from './archive'
import { ASIDE, DATABASE, DATABASE_FILE, Refused, RESTORING, syncFolder, timeName } from './folder'
import { unpack } from './unpack'

const BEAT_MS = 1_000

interface RestoreReport {
  manifest: Manifest
  files: number
  /** Where what was there before is now; undefined: there was nothing. */
  aside: string | undefined
}

/**
 * Puts a backup into a data folder: everything is unpacked beside what is there, every hash is compared, and only then it
 * is moved to its place, the database last. Until that is done no server starts there (`refuseHalfRestored`).
 * @param options.aside moves what is there out of the way, instead of refusing a folder that is not empty
 * @throws Error with a sentence; a folder that was in use, or an archive that is damaged, leave everything as it was
 */
export async function restore(options: { dataDir: string; archive: string; aside: boolean }): Promise<RestoreReport> {
  const { dataDir } = options
  const archive = resolve(options.archive)
  if (!existsSync(archive)) throw new Refused(`There is no archive ${archive}.`)
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const stage = join(dataDir, RESTORING)
  const unlockStage = await lockFolder(stage, BEAT_MS).catch((error: unknown) => {
    throw new Refused(`Another restore into ${dataDir} is under way.`, { cause: error })
  })
  let isReplacing = false
  let unlock = () => {}
  try {
    // A server that has checked for a restore just before this one began is found here.
    if (existsSync(join(dataDir, DATABASE))) unlock = await lockFolder(join(dataDir, DATABASE), BEAT_MS)
    const present = (await readdir(dataDir)).filter((name) => isInTheWay(name, relative(dataDir, archive)))
    if (present.length > 0 && !options.aside) {
      throw new Refused(
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
    // One that breaks off between moving away and putting in place must be noticed.
    if (!isReplacing) await rm(stage, { recursive: true, force: true })
  }
}

/** What makes a folder one that is not empty: neither the archive, nor what an earlier restore or the system left. */
function isInTheWay(name: string, archive: string): boolean {
  return name !== RESTORING && name !== 'lost+found' && !name.startsWith(ASIDE) && name !== archive.split(/[\\/]/)[0]
}

/** @throws Refused for a database that this version cannot open */
async function refuseStore(folder: string): Promise<void> {
  const file = join(folder, DATABASE_FILE)
  refuseDamaged(file)
  const snapshot = new Snapshot(file)
  const format = formatOf(snapshot)
  await snapshot.close()
  await rm(`${file}-lock`, { force: true })
  if (format > FORMAT)
    throw new Refused(
      `The database in this backup is of format ${format}, made by a newer version of WebChat; this one reads up to format ${FORMAT}.`,
    )
}

async function moveAside(dataDir: string, names: readonly string[], unlock: () => void): Promise<string> {
  const aside = join(dataDir, `${ASIDE}${timeName(new Date())}`)
  await mkdir(aside, { mode: 0o700 })
  unlock()
  // The database first: without it nobody takes the folder for a whole one.
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
