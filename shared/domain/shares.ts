import { LIST_OF, lookOf, SHARED_KINDS, type SharedKind } from './files'
import { containsLink } from './text/links'

/** The kinds of shared items under which a message is listed. */
export function sharesOf(text: string, attachments: readonly { kind: string; mime: string }[]): SharedKind[] {
  const lists = new Set(attachments.map((file) => LIST_OF[lookOf(file)]))
  return SHARED_KINDS.filter((kind) => (kind === 'links' ? containsLink(text) : lists.has(kind)))
}
