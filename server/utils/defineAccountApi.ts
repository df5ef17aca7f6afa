import type { EventHandler, H3Event } from 'h3'
import type { z } from 'zod'
import { AppError } from '#shared/errors'
import type { User } from '#shared/schemas/account'
import type { Tokens, Visitor } from '../services/accounts/openSession'
import { clearChallengeCookie, setChallengeCookie, setSessionCookies } from './cookies'
import { defineFormApi } from './defineFormApi'
import { visitorOf } from './visitor'

/**
 * Defines a route that signs someone in. A script sends JSON and gets `{ user }` or the error. A plain form is
 * redirected to where the person wanted to go, or back to its page with what is wrong. Somebody with a second factor gets a
 * challenge, in a cookie: a script learns that by the issue `second_factor`, a plain form is redirected to the next step.
 * @param page the page that has the form
 * @param status the status of a successful answer to a script
 */
export function defineAccountApi<S extends z.ZodType>(
  page: '/login' | '/login?step=code' | '/register',
  schema: S,
  status: number,
  run: (
    input: z.output<S>,
    visitor: Visitor,
    event: H3Event,
  ) => Promise<{ user: User; tokens: Tokens } | { challenge: string }>,
): EventHandler {
  return defineFormApi(page, schema, async (input, event, next) => {
    const result = await run(input, visitorOf(event), event)
    if ('challenge' in result) {
      setChallengeCookie(event, result.challenge)
      const query = next === '/' ? '' : `&${new URLSearchParams({ next })}`
      return { status: 401, error: codeNeeded(), page: `/login?step=code${query}` }
    }
    event.context.userId = result.user.id
    setSessionCookies(event, result.tokens)
    clearChallengeCookie(event)
    return { status, body: { user: result.user } }
  })
}

function codeNeeded(): AppError {
  const message = 'Enter the code of your second factor.'
  return new AppError('UNAUTHENTICATED', { issues: [{ path: ['code'], code: 'second_factor', params: {}, message }] })
}
