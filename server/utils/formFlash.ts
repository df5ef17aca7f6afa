import type { H3Event } from 'h3'
import { formFlashSchema, type FormFlash } from '#shared/schemas/formFlash'
import { seal, unseal } from '../auth/seal'
import { setFormCookie, takeFormCookie } from './cookies'

/** Seconds for which a refused form is stored for its page. */
const FLASH_TTL_S = 60

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
  return text === null ? null : formFlashSchema.parse(JSON.parse(text))
}
