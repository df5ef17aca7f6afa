import type { MessageRecord } from '../../../server/models/message'
import type { MessageChange } from '../../../server/repositories/messages'

type Fields = Record<string, unknown>

/** A message after a conditional write. Null: it is not as the write requires. */
export function withChange(
  message: MessageRecord,
  { where = {}, set = {}, also = {}, revField }: MessageChange,
  rev: number,
): MessageRecord | null {
  const isThere = (path: string) => valueAt(message, path) !== undefined
  const holds = ([path, wanted]: [string, unknown]) =>
    wanted === null ? !isThere(path) : typeof wanted === 'object' ? isThere(path) : valueAt(message, path) === wanted
  if (!Object.entries(where).every(holds)) return null
  const changed = copyOf(message)
  Object.assign(changed, set, { rev }, revField && { [revField]: rev })
  for (const [operator, fields] of Object.entries(also))
    for (const [path, operand] of Object.entries(fields)) {
      const [parent, name] = parentOf(changed, path)
      const list = (parent[name] ?? []) as { toString(): string }[]
      const isOperand = (one: { toString(): string }) => one.toString() === String(operand)
      if (operator === '$unset') delete parent[name]
      else if (operator === '$inc') parent[name] = Number(parent[name] ?? 0) + Number(operand)
      else if (operator === '$pull') parent[name] = list.filter((one) => !isOperand(one))
      else if (!list.some(isOperand)) parent[name] = [...list, operand]
    }
  return changed
}

/** The lists and objects of the message that changes write into are new, so that who has the old message keeps it. */
function copyOf(message: MessageRecord): MessageRecord {
  return { ...message, ...(message.reactions && { reactions: { ...message.reactions } }) }
}

function valueAt(message: MessageRecord, path: string): unknown {
  return path.split('.').reduce<unknown>((value, name) => (value as Fields | undefined)?.[name], message)
}

function parentOf(message: MessageRecord, path: string): [Fields, string] {
  const names = path.split('.')
  const last = names.pop()!
  const parent = names.reduce<Fields>((fields, name) => (fields[name] ??= {}) as Fields, message as unknown as Fields)
  return [parent, last]
}
