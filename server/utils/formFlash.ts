import type { H3Event } from 'h3'
import { z } from 'zod'
import { ISSUE_CODES } from '#shared/errors'
import { seal, unseal } from '../auth/seal'
import { setFormCookie, takeFormCookie } from './cookies'

/** Seconds for which a refused form is stored for its page. */
const FLASH_TTL_S = 60

const schema = z.object({
  code: z.string(),
  message: z.string(),
  /** Seconds, when the form may not be sent again at once. */
  retryAfter: z.number().optional(),
  values: z.record(z.string(), z.string()),
  issues: z.array(
    z.object({
      path: z.array(z.union([z.string(), z.number()])),
      code: z.enum(ISSUE_CODES),
      params: z.record(z.string(), z.union([z.string(), z.number()])),
      message: z.string(),
    }),
  ),
})

/** A refused form that was sent without JavaScript: what was typed, without passwords, and what is wrong with it. */
export type FormFlash = z.infer<typeof schema>

/**
 * Stores a refused form for the page it came from. It is stored in a cookie, because URLs end up in histories and logs,
 * and encrypted, because it contains names and email addresses.
 */
export function keepFormFlash(event: H3Event, flash: FormFlash): void {
  const value = seal(JSON.stringify(flash))
  // Browsers drop larger cookies. The page then still says what is wrong, by the code in its URL.
  if (value.length <= 3_500) setFormCookie(event, value, FLASH_TTL_S)
}

/** Reads the refused form and removes it, because it is shown once. Null: there is none. */
export function takeFormFlash(event: H3Event): FormFlash | null {
  const text = unseal(takeFormCookie(event) ?? '')
  return text === null ? null : schema.parse(JSON.parse(text))
}
