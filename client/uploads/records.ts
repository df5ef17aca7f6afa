import { partLength } from '#shared/domain/files'
import { cleanFileName } from '#shared/domain/text/fileNames'
import { kindOf } from './kinds'
import type { FileToSend, UploadRecord } from './types'

/** What is recorded of a file when it is put into a message. */
export function newRecord(
  localId: string,
  { clientId, conversationId }: { clientId: string; conversationId: string },
  place: number,
  { file, asFile, voice }: FileToSend,
): UploadRecord {
  const { name, type: mime, size, lastModified } = file
  const described = {
    name: cleanFileName(name),
    fileName: name,
    mime,
    size,
    lastModified,
    kind: voice ? ('voice' as const) : kindOf(file, asFile),
  }
  const unknown = { voice: voice ?? null, width: null, height: null, begun: null, error: null }
  return { localId, clientId, conversationId, place, ...described, ...unknown, phase: 'sending', rev: 0 }
}

/** Bytes that the store has for certain. */
export function sentOf({ begun, size }: UploadRecord): number {
  return begun?.parts.reduce((sum, { number }) => sum + partLength(size, number), 0) ?? 0
}

/** Whether this is the file that was chosen before, unchanged since. */
export function isSame(record: UploadRecord, { name, size, lastModified }: File): boolean {
  return name === record.fileName && size === record.size && lastModified === record.lastModified
}

/** A picture that was refused, as a file that begins anew. */
export function asFile(record: UploadRecord): UploadRecord {
  // What is no picture is not of the type that its name says either.
  const mime = record.error?.reason === 'not_a_picture' ? '' : record.mime
  return { ...record, kind: 'file', phase: 'sending', begun: null, error: null, width: null, height: null, mime }
}
