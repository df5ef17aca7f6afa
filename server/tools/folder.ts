import { existsSync } from 'node:fs'
import { open, opendir, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** A tool cannot do what it was asked to do. The message says why, in a sentence for the person who called it. */
export class ToolError extends Error {}

/** The paths of the parts of a data folder, inside it. The server's settings and stores name them too. */
export const DATABASE = 'database'
export const DATABASE_FILE = 'database/webchat.mdb'
export const OBJECTS = 'files/objects'
/** The folder in which a restore unpacks a backup before it replaces anything. */
export const RESTORING = 'restoring'
/** The beginning of the name of the folder to which a restore moves the earlier data. The time follows. */
export const ASIDE = 'before-restore-'
/** The end of the name of a file that a backup is still writing. */
export const DRAFT = '.webchat-part'
/** The folder for backups, unless another is named. */
export const BACKUPS = 'backups'

/** A collection that marks a database to which data is being moved, until everything was compared. */
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

/** Lists the files below a folder, which need not exist. @returns paths relative to the folder */
export async function* filesBelow(folder: string, inside = ''): AsyncGenerator<string> {
  const entries = await opendir(join(folder, inside)).catch((error: NodeJS.ErrnoException) => {
    // A running server removes a folder with its last file.
    if (error.code === 'ENOENT') return []
    throw error
  })
  for await (const entry of entries) {
    const path = inside ? `${inside}/${entry.name}` : entry.name
    if (entry.isDirectory()) yield* filesBelow(folder, path)
    else if (entry.isFile()) yield path
  }
}

/** Makes renames in a folder durable. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder)
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A time in the form that file names have, such as 2026-11-30T08-02-43Z. */
export function timeName(time: Date): string {
  return `${time.toISOString().slice(0, 19).replaceAll(':', '-')}Z`
}

/** The name of an archive that is made at a given time. */
export function archiveName(time: Date): string {
  return `webchat-${timeName(time)}.tar`
}

/** When the archive with this name was made, in milliseconds. Undefined: its name has no time. */
export function archiveTime(name: string): number | undefined {
  const parts = /^webchat-(\d{4}-\d\d-\d\d)T(\d\d)-(\d\d)-(\d\d)Z\.tar$/.exec(name)
  return parts ? Date.parse(`${parts[1]}T${parts[2]}:${parts[3]}:${parts[4]}Z`) : undefined
}
