import { randomBytes } from 'node:crypto'

/** The part that we use of a tag in a page's head (unhead). */
interface HeadTag {
  tag: string
  props: Record<string, unknown>
}

const NONCE = /<(?:script|link)\b[^>]* nonce="([\w-]+)"/

/** A plugin of unhead that gives the page's nonce to every script, and to every link that preloads one. */
export function headNonce() {
  const nonce = randomBytes(16).toString('base64url')
  return {
    key: 'nonce',
    hooks: {
      'tags:resolve': ({ tags }: { tags: HeadTag[] }) => {
        for (const { tag, props } of tags) if (tag === 'script' || tag === 'link') props.nonce = nonce
      },
    },
  }
}

/** The nonce in a rendered head. Undefined: it has no script. */
export function nonceOf(head: string): string | undefined {
  return NONCE.exec(head)?.[1]
}
