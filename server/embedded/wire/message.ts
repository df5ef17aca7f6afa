import { decode, type Doc } from '../bson/document'
import { CommandError } from '../errors'

const OP_REPLY = 1
const OP_QUERY = 2004
const OP_MSG = 2013
const HEADER_BYTES = 16
const CHECKSUM_PRESENT = 1
const MORE_TO_COME = 2

/** A command as it came in. */
export interface Request {
  readonly requestId: number
  readonly command: Doc
  /** Whether it is an OP_QUERY, which drivers use for the first hello and which is answered by an OP_REPLY. */
  readonly legacy: boolean
  /** Whether the client expects no answer. */
  readonly silent: boolean
}

/**
 * Reads one wire message.
 * @param message the whole message with its header
 * @throws when it is malformed; then nothing that follows on its connection can be trusted
 */
export function readMessage(message: Buffer): Request {
  const requestId = message.readInt32LE(4)
  const opCode = message.readInt32LE(12)
  if (opCode === OP_QUERY) return { requestId, command: readQuery(message), legacy: true, silent: false }
  if (opCode !== OP_MSG) throw new Error(`Unknown wire operation ${opCode}`)
  const flags = message.readUInt32LE(HEADER_BYTES)
  const end = message.length - (flags & CHECKSUM_PRESENT ? 4 : 0)
  return {
    requestId,
    command: readSections(message.subarray(HEADER_BYTES + 4, end)),
    legacy: false,
    silent: (flags & MORE_TO_COME) !== 0,
  }
}

function readQuery(message: Buffer): Doc {
  const nameEnd = message.indexOf(0, HEADER_BYTES + 4)
  if (nameEnd < 0) throw new Error('Malformed OP_QUERY')
  return decode(documentAt(message, nameEnd + 1 + 8))
}

/** Reads the command, which is the section of kind 0. A section of kind 1 is one of its arrays, as raw documents. */
function readSections(body: Buffer): Doc {
  let command: Doc | undefined
  const sequences: [string, Buffer[]][] = []
  for (let offset = 0; offset < body.length;) {
    const kind = body[offset++]
    if (kind === 0) {
      const raw = documentAt(body, offset)
      command = decode(raw, isInsert(raw) ? 'documents' : undefined)
      offset += raw.length
    } else if (kind === 1) {
      const size = body.readInt32LE(offset)
      if (size < 4 || offset + size > body.length) throw new Error('Malformed document sequence')
      sequences.push(readSequence(body.subarray(offset + 4, offset + size)))
      offset += size
    } else throw new Error(`Unknown section kind ${kind}`)
  }
  if (!command) throw new Error('A message without a command')
  for (const [name, documents] of sequences)
    command[name] = name === 'documents' ? documents : documents.map((raw) => decode(raw))
  return command
}

function readSequence(bytes: Buffer): [string, Buffer[]] {
  const nameEnd = bytes.indexOf(0)
  if (nameEnd < 0) throw new Error('Malformed document sequence')
  const documents: Buffer[] = []
  for (let offset = nameEnd + 1; offset < bytes.length;) {
    const raw = documentAt(bytes, offset)
    documents.push(raw)
    offset += raw.length
  }
  return [bytes.toString('utf8', 0, nameEnd), documents]
}

function documentAt(bytes: Buffer, offset: number): Buffer {
  const size = bytes.readInt32LE(offset)
  if (size < 5 || offset + size > bytes.length) throw new Error('Malformed document length')
  return bytes.subarray(offset, offset + size)
}

/** Whether a command is an insert. Only the documents of inserts stay raw; other commands need theirs decoded. */
function isInsert(command: Buffer): boolean {
  return command.toString('latin1', 5, 12) === 'insert\0'
}

let nextReplyId = 1

/** Frames a reply document for a request. */
export function writeReply(request: Request, reply: Buffer): Buffer {
  const extra = request.legacy ? Buffer.alloc(20) : Buffer.alloc(5)
  if (request.legacy) extra.writeInt32LE(1, 16)
  const header = Buffer.alloc(HEADER_BYTES)
  header.writeInt32LE(HEADER_BYTES + extra.length + reply.length, 0)
  header.writeInt32LE((nextReplyId = (nextReplyId + 1) | 0), 4)
  header.writeInt32LE(request.requestId, 8)
  header.writeInt32LE(request.legacy ? OP_REPLY : OP_MSG, 12)
  return Buffer.concat([header, extra, reply])
}

/** The reply document for an exception. An exception that is not a CommandError becomes an internal error. */
export function errorReply(error: unknown): Doc {
  if (error instanceof CommandError)
    return { ok: 0, errmsg: error.message, code: error.code, codeName: error.codeName, ...error.details }
  return {
    ok: 0,
    errmsg: `The embedded database failed: ${error instanceof Error ? error.message : String(error)}`,
    code: 8,
    codeName: 'UnknownError',
  }
}
