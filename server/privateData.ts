import { chmodSync, lstatSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** What everyone else on the machine may do with a file, as bits of its mode. */
const OTHERS_MODE = 0o077

/**
 * Makes the data folder if need be and closes it, with all that is in it, to the machine's other users: also one that an
 * earlier version left open. Subfolders that are closed already are taken for done, so that only the first start after
 * an update walks through every file.
 * @returns the paths that stay open to others, because they belong to another user or the file system has no modes
 */
export function makePrivate(dataDir: string): string[] {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    return closeFolder(dataDir)
  } catch {
    // No such folder can be made. Whoever needs it says so; with a database and a bucket nobody does.
    return []
  }
}

/** Closes what is in a folder before the folder, so that one that was interrupted is begun again. */
function closeFolder(folder: string): string[] {
  const open: string[] = []
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      if (isOpen(path)) open.push(...closeFolder(path))
      else open.push(...closeFiles(path))
    } else if (entry.isFile()) open.push(...close(path, 0o600))
  }
  return [...open, ...close(folder, 0o700)]
}

function closeFiles(folder: string): string[] {
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())
  return files.flatMap((file) => close(join(folder, file.name), 0o600))
}

function close(path: string, mode: number): string[] {
  try {
    if (isOpen(path)) chmodSync(path, mode)
    return isOpen(path) ? [path] : []
  } catch {
    return [path]
  }
}

function isOpen(path: string): boolean {
  return process.platform !== 'win32' && (lstatSync(path).mode & OTHERS_MODE) !== 0
}
