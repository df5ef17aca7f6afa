import { chmodSync, lstatSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** The bits of a file's mode for the group and everyone else. */
const OTHERS_MODE = 0o077

/**
 * Creates the data folder if necessary and closes it, with everything in it, to the machine's other users, even if an
 * earlier version left it open. Subfolders that are closed count as done, so that only the first start after an update
 * visits every file.
 * @returns the paths that stay open, because they belong to another user or the file system has no modes
 */
export function makePrivate(dataDir: string): string[] {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    return closeFolder(dataDir)
  } catch {
    // The folder cannot be created. The code that needs it reports that; with a database and a bucket none does.
    return []
  }
}

/** Closes the content of a folder before the folder itself, so that an interrupted run starts again. */
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
