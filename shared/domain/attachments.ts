import { lookOf, type FileLook } from './files'

/** The files of a message in short, for where there is room for a line: what they are, how many, and a single one's name. */
export interface FileSummary {
  /** `files`: not all of one look. */
  kind: FileLook | 'files'
  count: number
  /** Of a single document or piece of music. */
  name: string | null
  /** Of a single voice message. */
  durationMs?: number
}

interface Shown {
  kind: string
  mime: string
  name: string
  durationMs?: number | null
}

/** @returns null where there are none */
export function summaryOf(files: readonly Shown[]): FileSummary | null {
  const [first] = files
  if (!first) return null
  const look = lookOf(first)
  const kind = files.every((file) => lookOf(file) === look) ? look : 'files'
  const isNamed = files.length === 1 && (look === 'document' || look === 'audio')
  const durationMs = files.length === 1 && look === 'voice' ? first.durationMs : null
  return { kind, count: files.length, name: isNamed ? first.name : null, ...(durationMs && { durationMs }) }
}
