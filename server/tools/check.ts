import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { ObjectId } from 'bson'
import { isOwned } from '../embedded/folderLock'
import { readCatalog } from '../embedded/store/catalog'
import { checkCollection, countStrays, findById, type CollectionFindings } from '../embedded/store/check'
import { refuseDamaged } from '../embedded/store/damage'
import { FORMAT, formatOf } from '../embedded/store/format'
import { Snapshot } from '../embedded/store/snapshot'
import type { UploadRecord } from '../models/upload'
import { DATABASE, DATABASE_FILE, filesBelow, OBJECTS, ToolError } from './folder'
import { Heads } from './heads'

const BEAT_MS = 1_000
/** How many missing files a report names. */
const MAX_EXAMPLES = 5

export interface CheckReport {
  collections: CollectionFindings[]
  /** What is wrong, in sentences. */
  damage: string[]
  /** What is worth knowing and needs no repair, in sentences. */
  notes: string[]
}

type Named = Pick<UploadRecord, 'key' | 'sharedKey' | 'thumbnails' | 'status'>

/**
 * Checks a data folder: compares documents with indexes, conversations with their messages, and uploads with files.
 * It writes nothing and does not delay a running server.
 * @param options.inBucket whether the files are in a bucket, where they are not checked
 * @throws Error for a database that cannot be opened
 */
export async function check({ dataDir, inBucket }: { dataDir: string; inBucket: boolean }): Promise<CheckReport> {
  const file = join(dataDir, DATABASE_FILE)
  if (!existsSync(file)) throw new ToolError(`There is no database in ${dataDir}.`)
  if (!(await isOwned(join(dataDir, DATABASE), BEAT_MS))) refuseDamaged(file, Infinity)
  const snapshot = new Snapshot(file)
  const report: CheckReport = { collections: [], damage: [], notes: [] }
  try {
    const format = formatOf(snapshot)
    if (format !== FORMAT)
      throw new ToolError(`The database is of format ${format}; this version of WebChat checks format ${FORMAT}.`)
    const catalog = readCatalog(snapshot)
    const heads = new Heads()
    const missingFiles: string[] = []
    /** The files that copies use, whose first upload may be gone. */
    const shared = new Set<string>()
    for (const entry of catalog) {
      const name = nameOf(entry.namespace)
      report.collections.push(
        await checkCollection(snapshot, entry, (doc) => {
          heads.add(name, doc)
          if (inBucket || name !== 'uploads' || doc.status !== 'complete') return
          const upload = doc as unknown as Named
          missingFiles.push(...missingFilesOf(dataDir, upload))
          if (upload.sharedKey) for (const key of keysOf(upload)) shared.add(key)
        }),
      )
    }
    report.damage.push(...report.collections.flatMap(damageOf), ...heads.damage())
    report.notes.push(...heads.notes())
    const strays = countStrays(snapshot, catalog)
    if (strays > 0) report.damage.push(`${strays} keys belong to no collection and no index.`)
    if (missingFiles.length > 0)
      report.damage.push(
        `${missingFiles.length} files are named by the database and not on the disk, such as ${missingFiles.slice(0, MAX_EXAMPLES).join(', ')}.`,
      )
    if (inBucket) report.notes.push('Files are in a bucket, which is not looked at.')
    else {
      const orphans = await countOrphans(
        dataDir,
        snapshot,
        catalog.find(({ namespace }) => nameOf(namespace) === 'uploads'),
        shared,
      )
      if (orphans > 0) report.notes.push(`${orphans} files are on the disk that the database does not name.`)
    }
    return report
  } finally {
    await snapshot.close()
  }
}

function nameOf(namespace: string): string {
  return namespace.slice(namespace.indexOf('.') + 1)
}

function damageOf({ namespace, unreadable, indexes }: CollectionFindings): string[] {
  return [
    ...(unreadable > 0 ? [`${unreadable} documents of ${namespace} cannot be read.`] : []),
    ...indexes.flatMap(({ name, missing, wrong, extra, undeclared }) => [
      ...(missing > 0 ? [`The index ${name} of ${namespace} lacks ${missing} entries.`] : []),
      ...(wrong > 0 ? [`In the index ${name} of ${namespace}, ${wrong} entries name another document.`] : []),
      ...(extra > 0 ? [`The index ${name} of ${namespace} has ${extra} entries of no document.`] : []),
      ...(undeclared > 0 ? [`The catalog does not say what the index ${name} of ${namespace} holds.`] : []),
    ]),
  ]
}

function keysOf({ key, sharedKey, thumbnails }: Named): string[] {
  return [...new Set([sharedKey ?? key, ...(thumbnails ? [thumbnails.small, thumbnails.large] : [])])]
}

function missingFilesOf(dataDir: string, upload: Named): string[] {
  return keysOf(upload).filter((key) => !existsSync(join(dataDir, OBJECTS, key)))
}

/**
 * Counts the files that belong to no upload. An upload that is not complete, or about to be removed, may have any file in
 * its folder.
 */
async function countOrphans(
  dataDir: string,
  snapshot: Snapshot,
  uploads: ReturnType<typeof readCatalog>[number] | undefined,
  shared: ReadonlySet<string>,
): Promise<number> {
  let orphans = 0
  for await (const path of filesBelow(join(dataDir, OBJECTS))) {
    if (shared.has(path)) continue
    const id = path.split('/').at(-2) ?? ''
    const upload =
      uploads && ObjectId.isValid(id) ? (findById(snapshot, uploads, new ObjectId(id)) as Named | undefined) : undefined
    if (!upload || (upload.status === 'complete' && !keysOf(upload).includes(path))) orphans++
  }
  return orphans
}
