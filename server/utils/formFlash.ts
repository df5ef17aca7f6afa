import type { H3Event } from 'h3'
import { z } from 'zod'
import { ISSUE_CODES } from '#shared/errors'
import { seal, unseal } from '../auth/seal'
import { setFormCookie, takeFormCookie } from './cookies'

/** Seconds between the refused form and the page that shows it again. */
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

/** What a form that was sent without script needs to be shown again: what was typed, and what is wrong with it. */
export type FormFlash = z.infer<typeof schema>

/**
 * Keeps a refused form for the page it came from. In a cookie, because an address ends up in histories and logs; sealed,
 * because names and addresses are in it.
 */
export function keepFormFlash(event: H3Event, flash: FormFlash): void {
  const value = seal(JSON.stringify(flash))
  // Past this a browser drops the cookie whole; the page then still says what is wrong by the code in its address.
  if (value.length <= 3_500) setFormCookie(event, value, FLASH_TTL_S)
}

/** Takes the refused form out: it is shown once. */
export function takeFormFlash(event: H3Event): FormFlash | null {
  const text = unseal(takeFormCookie(event) ?? '')
  return text === null ? null : schema.parse(JSON.parse(text))
}
