import { decode, encode, toBoolean, type Doc } from '../bson/document'
import { failedToParse } from '../errors'
import { search } from '../plan/execute'
import { compileProjection } from '../query/projection'
import { parseUpdate } from '../update/apply'
import { namespaceOf, refuseOptions, type Command } from './context'
import { filterOf, firstNow } from './find'
import { changeDocument, insertForUpsert } from './update'

const OPTIONS = ['findAndModify', 'query', 'remove', 'update', 'new', 'fields', 'upsert']

/** `findAndModify`: finds and changes a document in one transaction, so concurrent counters lose nothing. */
export const findAndModify: Command = (command, context) => {
  refuseOptions(command, OPTIONS, 'findAndModify')
  const { database } = context
  const namespace = namespaceOf(command, 'findAndModify', context)
  const filter = filterOf(command.query)
  const pick = compileProjection(command.fields)?.pick
  const project = (doc: Doc): Doc => (pick ? decode(pick(encode(doc))) : doc)
  const remove = toBoolean(command.remove)
  if (remove === (command.update !== undefined))
    throw failedToParse('Either an update or remove=true must be specified')
  const change = remove ? undefined : parseUpdate(command.update)
  const wantsNew = toBoolean(command.new)

  return database.write(() => {
    const collection = database.find(namespace)
    const found = firstNow(search(database, collection, { filter, limit: 1 }))
    if (!change) {
      if (found) collection!.remove(found.record, found.doc)
      return { lastErrorObject: { n: found ? 1 : 0 }, value: found ? project(found.doc) : null, ok: 1 }
    }
    if (found) {
      const { doc } = changeDocument(collection!, found, change)
      return { lastErrorObject: { n: 1, updatedExisting: true }, value: project(wantsNew ? doc : found.doc), ok: 1 }
    }
    if (!toBoolean(command.upsert)) return { lastErrorObject: { n: 0, updatedExisting: false }, value: null, ok: 1 }
    const inserted = insertForUpsert(database, namespace, filter, change)
    return {
      lastErrorObject: { n: 1, updatedExisting: false, upserted: inserted._id },
      value: wantsNew ? project(inserted) : null,
      ok: 1,
    }
  })
}
