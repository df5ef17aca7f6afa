import { LIMITS } from '../limits'
import type { Right } from './permissions'

const UPLOAD_KINDS = ['file', 'image', 'voice', 'avatar'] as const
export type UploadKind = (typeof UPLOAD_KINDS)[number]

/** The right that sending each kind needs. Pictures of people and groups go with the right to change those. */
export const RIGHT_TO_SEND: Record<Exclude<UploadKind, 'avatar'>, Right> = {
  file: 'sendFile',
  image: 'sendImage',
  voice: 'sendVoice',
}

/** What a conversation's list of shared things is asked by. */
export const SHARED_KINDS = ['media', 'files', 'links', 'voice'] as const
export type SharedKind = (typeof SHARED_KINDS)[number]

/** As what a file of a message is shown. */
export type FileLook = 'photo' | 'video' | 'audio' | 'voice' | 'document'

/** As what a file is shown, and which list it stands in. What a browser cannot show is a document, whatever it is. */
export function lookOf({ kind, mime }: { kind: string; mime: string }): FileLook {
  if (kind === 'voice') return 'voice'
  if (kind === 'image') return 'photo'
  const [family] = mime.split('/')
  return (family === 'video' || family === 'audio') && isShown(mime) ? family : 'document'
}

/** Types that a browser may show in place; everything else is only saved, whatever it claims to be. */
const SHOWN = new Set([
  'image/jpeg',
  'image/png',
  'image/webp',
  'image/gif',
  'image/avif',
  'audio/mpeg',
  'audio/mp4',
  'audio/x-m4a',
  'audio/ogg',
  'audio/webm',
  'audio/wav',
  'audio/flac',
  'video/mp4',
  'video/webm',
  'video/ogg',
  'video/quicktime',
  'application/pdf',
])

/** Whether a file of this type may be shown by a browser rather than saved. */
export function isShown(mime: string): boolean {
  return SHOWN.has(mime)
}

/** How many parts a file of this size is sent in. */
export function partCount(size: number): number {
  return Math.max(1, Math.ceil(size / LIMITS.partBytes))
}

/** The exact length of a part, counted from 1. */
export function partLength(size: number, number: number): number {
  return number < partCount(size) ? LIMITS.partBytes : size - (partCount(size) - 1) * LIMITS.partBytes
}

/**
 * A Content-Disposition that every browser reads right (RFC 6266): plain ASCII for the old ones, UTF-8 for the others.
 */
export function contentDisposition(mime: string, name: string, toSave = false): string {
  const ascii = name.replace(/[^\x20-\x7E]|["\\%]/g, '_')
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)
  return `${isShown(mime) && !toSave ? 'inline' : 'attachment'}; filename="${ascii}"; filename*=UTF-8''${encoded}`
}
