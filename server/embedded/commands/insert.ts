import { decode, encode, toBoolean, type Doc } from '../bson/document'
import { CommandError, badValue } from '../errors'
import { withId } from '../update/upsert'
import type { Collection } from '../store/collection'
import { namespaceOf, refuseOptions, type Command } from './context'

/** What a reply says about one statement that failed. `index` is its position in the command. */
interface WriteError extends Doc {
  index: number
  code: number
  errmsg: string
}

/** `insert`: documents are stored as the bytes that were received. */
export const insert: Command = (command, context) => {
  refuseOptions(command, ['insert', 'documents', 'ordered'], 'insert')
  const namespace = namespaceOf(command, 'insert', context)
  const { documents } = command
  if (!Array.isArray(documents) || documents.length === 0) throw badValue('insert needs documents')
  const { database } = context
  return database.write(() => {
    const collection = database.ensure(namespace)
    return runStatements(documents as Buffer[], command.ordered, (raw) => {
      insertRaw(collection, raw)
      return 1
    })
  })
}

function insertRaw(collection: Collection, raw: Buffer): void {
  const doc = decode(raw)
  if (Object.keys(doc)[0] === '_id') return collection.insert(raw, doc)
  const complete = withId(doc)
  collection.insert(encode(complete), complete)
}

/**
 * Runs the statements of a write command. An ordered command ends with its first failure; an unordered one goes on.
 * @param run applies one statement and returns how many documents it affects
 */
export function runStatements<T>(
  statements: readonly T[],
  ordered: unknown,
  run: (statement: T, index: number) => number,
): Doc {
  const collected = new Outcome(ordered)
  for (const [index, statement] of statements.entries()) {
    try {
      collected.n += run(statement, index)
    } catch (error) {
      if (collected.failed(index, error)) break
    }
  }
  return collected.reply()
}

/** Like `runStatements`, for statements that run in their own transactions. */
export async function runEach<T>(
  statements: readonly T[],
  ordered: unknown,
  run: (statement: T, index: number) => Promise<number>,
): Promise<Doc> {
  const collected = new Outcome(ordered)
  for (const [index, statement] of statements.entries()) {
    try {
      collected.n += await run(statement, index)
    } catch (error) {
      if (collected.failed(index, error)) break
    }
  }
  return collected.reply()
}

/** The results of a command's statements. */
class Outcome {
  n = 0
  private readonly writeErrors: WriteError[] = []
  private readonly stopAtError: boolean

  constructor(ordered: unknown) {
    this.stopAtError = ordered === undefined || toBoolean(ordered)
  }

  /** Notes the error of one statement. @returns whether the command ends with it @throws errors that are no CommandError */
  failed(index: number, error: unknown): boolean {
    if (!(error instanceof CommandError)) throw error
    this.writeErrors.push({ index, code: error.code, errmsg: error.message, ...error.details })
    return this.stopAtError
  }

  reply(): Doc {
    return { n: this.n, ...(this.writeErrors.length ? { writeErrors: this.writeErrors } : {}), ok: 1 }
  }
}
