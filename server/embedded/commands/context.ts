import type { Database } from '../store/database'
import type { Doc } from '../bson/document'
import { CommandError, badValue, unsupported } from '../errors'
import type { Cursors } from './cursors'

/** What a command works with. */
export interface Context {
  readonly database: Database
  readonly cursors: Cursors
  /** The database the command names, for example `webchat`. */
  readonly name: string
}

export type Command = (command: Doc, context: Context) => Promise<Doc | Buffer> | Doc | Buffer

/** Fields of any command that change nothing here, because the store has one node and every write is durable. */
const HARMLESS = new Set([
  '$db',
  'lsid',
  '$clusterTime',
  '$readPreference',
  'readConcern',
  'writeConcern',
  'comment',
  'maxTimeMS',
  'hint',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
  'allowDiskUse',
  'noCursorTimeout',
  'allowPartialResults',
  'bypassDocumentValidation',
  'commitQuorum',
  'txnNumber',
  'oplogReplay',
  'isUpdateCommand',
])

/**
 * Refuses options that change the answer and that this store does not have. Ignoring them would be wrong.
 * @param known the fields the command understands
 * @throws CommandError that names the option
 */
export function refuseOptions(command: Doc, known: readonly string[], what: string): void {
  for (const [name, value] of Object.entries(command)) {
    if (known.includes(name) || HARMLESS.has(name) || value === undefined || value === null || value === false) continue
    if (name === 'collation' && (value as Doc).locale === 'simple') continue
    if ((name === 'let' || name === 'arrayFilters') && Object.keys(value as object).length === 0) continue
    if (name === 'startTransaction' || name === 'autocommit') throw unsupported('transactions')
    throw unsupported(`the option ${name} of ${what}`)
  }
}

/** The namespace a command is about: `database.collection`. */
export function namespaceOf(command: Doc, name: string, context: Context): string {
  const collection = command[name]
  if (typeof collection !== 'string') throw badValue(`${name} needs the name of a collection`)
  if (
    !collection ||
    collection.startsWith('.') ||
    /[\0$]/.test(collection) ||
    context.name.length + collection.length > 250
  ) {
    throw new CommandError(73, 'InvalidNamespace', `Invalid namespace specified '${context.name}.${collection}'`)
  }
  return `${context.name}.${collection}`
}
