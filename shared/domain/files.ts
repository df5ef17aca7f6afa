import { LIMITS } from '../limits'
import type { Right } from './permissions'

const UPLOAD_KINDS = ['file', 'image', 'voice', 'avatar'] as const
export type UploadKind = (typeof UPLOAD_KINDS)[number]

/** The right that sending a file of each kind needs. Pictures of people and groups need the right to change those. */
export const RIGHT_TO_SEND: Record<Exclude<UploadKind, 'avatar'>, Right> = {
  file: 'sendFile',
  image: 'sendImage',
  voice: 'sendVoice',
}

/** The kinds of a conversation's shared items; each is a list of its own. */
export const SHARED_KINDS = ['media', 'files', 'links', 'voice'] as const
export type SharedKind = (typeof SHARED_KINDS)[number]

/** How a file of a message is shown. */
export type FileLook = 'photo' | 'video' | 'audio' | 'voice' | 'document'

/** The list of shared items that a file is in. */
export const LIST_OF: Record<FileLook, SharedKind> = {
  photo: 'media',
  video: 'media',
  audio: 'files',
  document: 'files',
  voice: 'voice',
}

/** Whether a file is a picture or a film. These are shown together, and one after the other at full size. */
export function isMedia(look: FileLook): boolean {
  return LIST_OF[look] === 'media'
}

/** How a file is shown, and which list it is in. A file that browsers cannot show is a document, whatever it is. */
export function lookOf({ kind, mime }: { kind: string; mime: string }): FileLook {
  if (kind === 'voice') return 'voice'
  if (kind === 'image') return 'photo'
  const [family] = mime.split('/')
  return (family === 'video' || family === 'audio') && isShown(mime) ? family : 'document'
}

/** Types of pictures that every browser shows, and that go as pictures. */
export const PICTURE_TYPES = ['image/jpeg', 'image/png', 'image/webp', 'image/gif', 'image/avif']

/** The types that a browser may show itself. Everything else is only downloaded, whatever it claims to be. */
const SHOWN = new Set([
  ...PICTURE_TYPES,
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

/** Whether a browser may show a file of this type. Otherwise it is only downloaded. */
export function isShown(mime: string): boolean {
  return SHOWN.has(mime)
}

/** The number of parts that a file is sent in. @param size bytes */
export function partCount(size: number): number {
  return Math.max(1, Math.ceil(size / LIMITS.partBytes))
}

/** The exact length of a part in bytes. @param size bytes of the file @param number the part's number, from 1 */
export function partLength(size: number, number: number): number {
  return number < partCount(size) ? LIMITS.partBytes : size - (partCount(size) - 1) * LIMITS.partBytes
}

/**
 * A Content-Disposition header that every browser understands (RFC 6266): the name in ASCII for old ones, and in UTF-8.
 * @param toSave download the file even if a browser could show it
 */
export function contentDisposition(mime: string, name: string, toSave = false): string {
  const ascii = name.replace(/[^\x20-\x7E]|["\\%]/g, '_')
  const encoded = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `${isShown(mime) && !toSave ? 'inline' : 'attachment'}; filename="${ascii}"; filename*=UTF-8''${encoded}`
}
