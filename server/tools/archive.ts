import { z } from 'zod'
import { BACKUPS, DATABASE, DATABASE_FILE, OBJECTS, Refused, RESTORING } from './folder'

/** The format of the archives that this version writes. Another one gets another number. */
export const ARCHIVE_FORMAT = 1

/** Names in a data folder that are those of folders. */
const FOLDERS = new Set<string>([DATABASE, 'files', RESTORING, BACKUPS])

/** The first entry: what the archive is. */
export const MANIFEST = 'manifest.json'
/** The last entry: a line for each entry before it, as `sha256sum` writes and checks them. */
export const HASHES = 'hashes.txt'
export const MAX_MANIFEST_BYTES = 1024 ** 2

const manifestSchema = z.object({
  format: z.literal(ARCHIVE_FORMAT),
  /** The version of WebChat that made it, with its commit. */
  app: z.string(),
  createdAt: z.iso.datetime(),
  database: z.object({
    /** The format of the embedded database. */
    format: z.number(),
    /** Documents by collection. */
    collections: z.record(z.string(), z.number()),
  }),
})

export type Manifest = z.infer<typeof manifestSchema>

/** @throws Refused for one that this version cannot restore */
export function parseManifest(text: string): Manifest {
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw new Refused(`its ${MANIFEST} cannot be read`)
  }
  const { format } = (parsed ?? {}) as { format?: unknown }
  if (typeof format === 'number' && format !== ARCHIVE_FORMAT) {
    throw new Refused(`it is of format ${format}, and this version of WebChat restores format ${ARCHIVE_FORMAT}`)
  }
  const result = manifestSchema.safeParse(parsed)
  if (!result.success) throw new Refused(`its ${MANIFEST} is not that of a backup`)
  return result.data
}

/** Whether a backup may have an entry of this name: any other could lead out of the folder, or to what is not ours. */
export function isEntryName(name: string): boolean {
  if (name === DATABASE_FILE) return true
  const isFile = name.startsWith(`${OBJECTS}/`)
  const parts = isFile ? name.slice(OBJECTS.length + 1).split('/') : [name]
  if (!isFile && FOLDERS.has(name)) return false
  return parts.every((part) => part !== '' && part !== '.' && part !== '..' && !/[\\/\0]/.test(part))
}

/** The line of an entry in the list of hashes. */
export function hashLine(sha256: string, name: string): string {
  return `${sha256}  ${name}\n`
}
