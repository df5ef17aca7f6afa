import { lookOf, type FileLook } from './files'

/** A summary of a message's files that fits one line: their kind, their number, and the name of a single one. */
export interface FileSummary {
  /** `files` if they do not all have the same look. */
  kind: FileLook | 'files'
  count: number
  /** Only of a single document or piece of music. */
  name: string | null
  /** Only of a single voice message. */
  durationMs?: number
}

interface Shown {
  kind: string
  mime: string
  name: string
  durationMs?: number | null
}

/** Summarizes the files of a message. Null: there are none. */
export function summaryOf(files: readonly Shown[]): FileSummary | null {
  const [first] = files
  if (!first) return null
  const look = lookOf(first)
  const kind = files.every((file) => lookOf(file) === look) ? look : 'files'
  const isNamed = files.length === 1 && (look === 'document' || look === 'audio')
  const durationMs = files.length === 1 && look === 'voice' ? first.durationMs : null
  return { kind, count: files.length, name: isNamed ? first.name : null, ...(durationMs && { durationMs }) }
}
