import { LIMITS } from '#shared/limits'
import type { FolderFile } from '~/client/uploads/droppedFolders'

/** The most bytes of files that go into one zip. More would take too long, and too much memory. */
export const MAX_ZIP_BYTES = Math.min(LIMITS.fileBytes, 500 * 1024 ** 2)

/**
 * Puts files into a zip, one after the other and a piece at a time, so that the page stays quick.
 * @param onBytes called again and again with the number of bytes that have been read
 * @throws what the browser throws for a file that cannot be read; the signal's reason
 */
export async function zipOf(
  files: readonly FolderFile[],
  name: string,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): Promise<File> {
  const { Zip, ZipDeflate } = await import('fflate')
  const pieces: Blob[] = []
  const zip = new Zip((error, piece) => {
    if (error) throw error
    pieces.push(new Blob([piece.slice()]))
  })
  let done = 0
  for (const { path, file } of files) {
    const entry = new ZipDeflate(path, { level: 6 })
    entry.mtime = withinZip(file.lastModified)
    zip.add(entry)
    const reader = file.stream().getReader()
    for (;;) {
      signal.throwIfAborted()
      const { value, done: isLast } = await reader.read()
      entry.push(value ?? new Uint8Array(), isLast)
      onBytes((done += value?.length ?? 0))
      if (isLast) break
    }
  }
  zip.end()
  return new File(pieces, name, { type: 'application/zip' })
}

/** A zip cannot store times before 1980. */
function withinZip(time: number): number {
  return Math.max(time, Date.UTC(1980, 0, 2))
}
