import { existsSync } from 'node:fs'
import { open, opendir, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** A tool cannot do what it was asked; its message is what the caller reads, a sentence. */
export class Refused extends Error {}

/** Where the parts of a data folder are, as paths inside it; the server's settings and stores name them too. */
export const DATABASE = 'database'
export const DATABASE_FILE = 'database/webchat.mdb'
export const OBJECTS = 'files/objects'
/** Where a restore puts everything together before it replaces anything. */
export const RESTORING = 'restoring'
/** Where a restore moves what was there before, followed by the time. */
export const ASIDE = 'before-restore-'
/** How names of files end that a backup is still writing. */
export const DRAFT = '.webchat-part'
/** Where backups go unless told otherwise. */
export const BACKUPS = 'backups'

/** A collection that stands in a database from the first document that is moved there until everything was compared. */
export const MOVE_MARK = 'webchatMove'

/**
 * Keeps a server from starting on a folder that is half restored.
 * @throws Error that says what to do
 */
export function refuseHalfRestored(dataDir: string): void {
  if (!existsSync(join(dataDir, RESTORING))) return
  throw new Error(
    `A restore into ${dataDir} is under way, or was cut off. Run it again: webchat restore ARCHIVE --aside`,
  )
}

/** The secrets that a data folder keeps: the regular files in its root. */
export async function rootFiles(dataDir: string): Promise<string[]> {
  const entries = await readdir(dataDir, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.tar') && !entry.name.endsWith(DRAFT))
    .map(({ name }) => name)
}

/** Walks through the files below a folder; nothing where there is no such folder. @returns paths relative to it */
export async function* filesBelow(folder: string, inside = ''): AsyncGenerator<string> {
  const entries = await opendir(join(folder, inside)).catch((error: NodeJS.ErrnoException) => {
    // Folders go with their last file, also while this walks.
    if (error.code === 'ENOENT') return []
    throw error
  })
  for await (const entry of entries) {
    const path = inside ? `${inside}/${entry.name}` : entry.name
    if (entry.isDirectory()) yield* filesBelow(folder, path)
    else if (entry.isFile()) yield path
  }
}

/** Makes sure that what was renamed in a folder is on the disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A time as it stands in names of files: 2026-11-30T08-02-43Z. */
export function timeName(time: Date): string {
  return `${time.toISOString().slice(0, 19).replaceAll(':', '-')}Z`
}

/** The name of the archive that is made at a time. */
export function archiveName(time: Date): string {
  return `webchat-${timeName(time)}.tar`
}

/** When the archive of this name was made, in milliseconds; undefined: it is not one that was named by the time. */
export function archiveTime(name: string): number | undefined {
  const parts = /^webchat-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z\.tar$/.exec(name)
  return parts ? Date.parse(`${parts[1]}T${parts[2]}:${parts[3]}:${parts[4]}Z`) : undefined
}
