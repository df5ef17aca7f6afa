import { z } from 'zod'
import { LANGUAGES } from '../domain/languages'

/** What the browser's `PushSubscription.toJSON()` gives, and the language of its page. */
export const pushSubscriptionInput = z.strictObject({
  /** The address at the push service of the browser's vendor. Whoever knows it and the keys can send to this browser. */
  endpoint: z.url({ protocol: /^https?$/, error: 'must be an https address' }).max(1_024),
  expirationTime: z.number().nullable().optional(),
  keys: z.strictObject({
    /** A point of the curve P-256: 65 bytes in base64url. */
    p256dh: z.string().regex(/^B[\w-]{86}$/, 'This is not a public key.'),
    /** 16 bytes in base64url. */
    auth: z.string().regex(/^[\w-]{22}$/, 'This is not a secret of 16 bytes.'),
  }),
  language: z.enum(LANGUAGES).default('en'),
})

export type PushSubscriptionInput = z.input<typeof pushSubscriptionInput>
export type NewPushSubscription = z.output<typeof pushSubscriptionInput>

/** What a push carries, encrypted for one browser. The service worker shows it. */
export interface PushPayload {
  conversationId: string
  seq: number
  title: string
  body: string
  /** An address of this chat's own. Null: none. */
  icon: string | null
}
