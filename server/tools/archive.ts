import { z } from 'zod'
import { BACKUPS, DATABASE, DATABASE_FILE, OBJECTS, ToolError, RESTORING } from './folder'

/** The format of the archives that this version writes. A change of the format gets a new number. */
export const ARCHIVE_FORMAT = 1

/** The names of the folders in a data folder. */
const FOLDERS = new Set<string>([DATABASE, 'files', RESTORING, BACKUPS])

/** The first entry: what the archive is. */
export const MANIFEST = 'manifest.json'
/** The last entry: one line for each entry before it, in the format of `sha256sum`. */
export const HASHES = 'hashes.txt'
export const MAX_MANIFEST_BYTES = 1024 ** 2

const manifestSchema = z.object({
  format: z.literal(ARCHIVE_FORMAT),
  /** The version and commit of the WebChat that made it. */
  app: z.string(),
  createdAt: z.iso.datetime(),
  database: z.object({
    /** The format of the embedded database. */
    format: z.number(),
    /** The number of documents by collection. */
    collections: z.record(z.string(), z.number()),
  }),
})

export type Manifest = z.infer<typeof manifestSchema>

/** Parses a manifest. @throws ToolError for an archive that this version cannot restore */
export function parseManifest(text: string): Manifest {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw new ToolError(`its ${MANIFEST} cannot be read`)
  }
  const { format } = (parsed ?? {}) as { format?: unknown }
  if (typeof format === 'number' && format !== ARCHIVE_FORMAT) {
    throw new ToolError(`it is of format ${format}, and this version of WebChat restores format ${ARCHIVE_FORMAT}`)
  }
  const result = manifestSchema.safeParse(parsed)
  if (!result.success) throw new ToolError(`its ${MANIFEST} is not that of a backup`)
  return result.data
}

/**
 * Whether a backup can have an entry of this name. Any other name could lead out of the data folder, or to a file that
 * belongs to something else.
 */
export function isEntryName(name: string): boolean {
  if (name === DATABASE_FILE) return true
  const isFile = name.startsWith(`${OBJECTS}/`)
  const parts = isFile ? name.slice(OBJECTS.length + 1).split('/') : [name]
  if (!isFile && FOLDERS.has(name)) return false
  return parts.every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\/\0]/.test(part))
}

/** The line of an entry in the list of hashes. It ends with a newline. */
export function hashLine(sha256: string, name: string): string {
  return `${sha256}  ${name}\n`
}
