/** One file of a folder that was dropped, under its path from that folder on. */
export interface FolderFile {
  path: string
  file: File
}

export interface DroppedFolder {
  /** Of the first folder, where several were dropped together. */
  name: string
  files: readonly FolderFile[]
  /** There are more files than are taken. */
  hasMore: boolean
}

/** Files that are read of a folder; more are for other tools than a chat. */
export const MAX_FOLDER_FILES = 1_000
/** What systems put into every folder, and nobody means to send. */
const JUNK = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini'])

/** Reads folders with all that is inside them. @throws what the browser throws for one that cannot be read */
export async function readFolders(entries: readonly FileSystemDirectoryEntry[]): Promise<DroppedFolder> {
  const files: FolderFile[] = []
  const waiting: FileSystemEntry[] = [...entries]
  while (waiting.length > 0 && files.length <= MAX_FOLDER_FILES) {
    const entry = waiting.shift()!
    if (isFolder(entry)) waiting.unshift(...(await entriesOf(entry)))
    else if (!JUNK.has(entry.name))
      files.push({ path: entry.fullPath.replace(/^\//, ''), file: await fileOf(entry as FileSystemFileEntry) })
  }
  const hasMore = files.length > MAX_FOLDER_FILES
  return { name: entries[0]!.name, files: files.slice(0, MAX_FOLDER_FILES), hasMore }
}

export function isFolder(entry: FileSystemEntry | null | undefined): entry is FileSystemDirectoryEntry {
  return entry?.isDirectory ?? false
}

/** All that is directly inside, by name; the browser tells of a hundred at a time. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader()
  const found: FileSystemEntry[] = []
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject))
    if (some.length === 0) break
    found.push(...some)
    if (found.length > MAX_FOLDER_FILES) break
  }
  return found.sort((one, other) => one.name.localeCompare(other.name))
}

function fileOf(entry: FileSystemFileEntry): Promise<File> {
  return new Promise((resolve, reject) => entry.file(resolve, reject))
}
