import type { Doc } from '../bson/document'
import { CommandError, unsupported } from '../errors'
import type { Database } from '../store/database'
import { aggregate } from './aggregate'
import { create, createIndexes, drop, listCollections, listIndexes } from './catalog'
import type { Command } from './context'
import { distinct } from './count'
import type { Cursors } from './cursors'
import { deleteCommand } from './delete'
import { explain } from './explain'
import { find, getMore, killCursors } from './find'
import { findAndModify } from './findAndModify'
import { insert } from './insert'
import { done, hello } from './server'
import { update } from './update'

const COMMANDS: ReadonlyMap<string, Command> = new Map(
  Object.entries({
    hello,
    ismaster: hello,
    ping: done,
    endSessions: done,
    insert,
    find,
    getMore,
    killCursors,
    update,
    delete: deleteCommand,
    findAndModify,
    aggregate,
    distinct,
    explain,
    create,
    drop,
    createIndexes,
    listIndexes,
    listCollections,
  }),
)

/**
 * Runs one command. Its name is its first field.
 * @throws CommandError, which is the answer to the client
 */
export async function runCommand(command: Doc, database: Database, cursors: Cursors): Promise<Doc | Buffer> {
  database.asked++
  const name = Object.keys(command)[0] ?? ''
  const run = COMMANDS.get(name)
  if (!run) throw new CommandError(59, 'CommandNotFound', unsupported(`the command ${name}`).message)
  const db = typeof command.$db === 'string' ? command.$db : 'admin'
  if (/[\0. /\\"$]/.test(db) || !db) throw new CommandError(73, 'InvalidNamespace', `Invalid database name: '${db}'`)
  return run(command, { database, cursors, name: db })
}
