import { randomBytes } from 'node:crypto'

/** As much of a tag of a page's head (unhead) as is used here. */
interface HeadTag {
  tag: string
  props: Record<string, unknown>
}

const NONCE = /<(?:script|link)\b[^>]* nonce="([\w-]+)"/

/** A plugin of the page's head: every script, and every link that fetches one ahead, is made with the page's nonce. */
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

/** The nonce that a finished head was made with. */
export function nonceOf(head: string): string | undefined {
  return NONCE.exec(head)?.[1]
}
