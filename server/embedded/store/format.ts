import { constants, copyFileSync } from 'node:fs'
import { decode, encode } from '../bson/document'
import type { Keyspace } from './keyspace'
import { after, catalogKey, FORMAT_KEY } from './layout'

/** The format that this version writes. A change of `layout.ts` or of the keys makes a new format. */
export const FORMAT = 2

/** The migration from each format to the next. It runs in one transaction. */
const MIGRATIONS: Record<number, (keyspace: Keyspace) => void> = {
  // The first stores had no format number. Nothing else differs.
  1: () => {},
}

/**
 * Migrates a store to this version's format, and keeps a copy of the file as it was. A new store has this format.
 * @param file the data file; no other process may write to it
 * @throws Error for a store of a newer version
 */
export function settleFormat(keyspace: Keyspace, file: string): void {
  const found = formatOf(keyspace)
  if (found > FORMAT) {
    throw new Error(
      `The database file ${file} is of format ${found}, made by a newer version of WebChat; this one reads up to format ${FORMAT}. Start that version, or put back the copy that it kept.`,
    )
  }
  if (found === FORMAT) return
  if (!isNew(keyspace)) copyFileSync(file, `${file}.format-${found}`, constants.COPYFILE_FICLONE)
  keyspace.transaction(() => {
    for (let format = found; format < FORMAT; format++) MIGRATIONS[format]!(keyspace)
    keyspace.put(FORMAT_KEY, encode({ format: FORMAT }))
  })
}

/** The format number in a store. */
export function formatOf(keyspace: Pick<Keyspace, 'get'>): number {
  const stored = keyspace.get(FORMAT_KEY)
  return stored ? Number(decode(stored).format) : 1
}

function isNew(keyspace: Keyspace): boolean {
  const low = catalogKey('')
  return keyspace.scan({ low, high: after(low) }, { limit: 1 }).length === 0
}
