import { constants, copyFileSync } from 'node:fs'
import { decode, encode } from '../bson/document'
import type { Keyspace } from './keyspace'
import { after, catalogKey, FORMAT_KEY } from './layout'

/** The format of what this version writes. A change of `layout.ts` or of how keys are made is a new format. */
export const FORMAT = 2

/** How a store becomes one of the next format, inside one transaction; by the format it has. */
const MIGRATIONS: Record<number, (keyspace: Keyspace) => void> = {
  // The first stores had no number: nothing else is different.
  1: () => {},
}

/**
 * Brings a store to this version's format, and keeps a copy of the file as it was. A new store begins with it.
 * @param file the data file; nobody else writes to it
 * @throws Error for a store of a newer version
 */
export function settleFormat(keyspace: Keyspace, file: string): void {
  const found = formatOf(keyspace)
  if (found > FORMAT) {
    throw new Error(`The database file ${file} is of format ${found}, made by a newer version of WebChat; this one reads up to format ${FORMAT}. Start that version, or put back the copy that it kept.`)
  }
  if (found === FORMAT) return
  if (!isNew(keyspace)) copyFileSync(file, `${file}.format-${found}`, constants.COPYFILE_FICLONE)
  keyspace.transaction(() => {
    for (let format = found; format < FORMAT; format++) MIGRATIONS[format]!(keyspace)
    keyspace.put(FORMAT_KEY, encode({ format: FORMAT }))
  })
}

/** The format that a store says it has. */
export function formatOf(keyspace: Pick<Keyspace, 'get'>): number {
  const stored = keyspace.get(FORMAT_KEY)
  return stored ? Number(decode(stored).format) : 1
}

function isNew(keyspace: Keyspace): boolean {
  const low = catalogKey('')
  return keyspace.scan({ low, high: after(low) }, { limit: 1 }).length === 0
}
