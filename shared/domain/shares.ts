import { lookOf, SHARED_KINDS, type FileLook, type SharedKind } from './files'
import { containsLink } from './text/links'

const LIST_OF: Record<FileLook, SharedKind> = {
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

/** The kinds of shared items under which a message is listed. */
export function sharesOf(text: string, attachments: readonly { kind: string; mime: string }[]): SharedKind[] {
  const lists = new Set(attachments.map((file) => LIST_OF[lookOf(file)]))
  return SHARED_KINDS.filter((kind) => (kind === 'links' ? containsLink(text) : lists.has(kind)))
}
