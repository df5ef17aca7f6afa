import type { EventHandler } from 'h3'
import type { z } from 'zod'
import type { User } from '#shared/schemas/account'
import type { Tokens, Visitor } from '../services/accounts/openSession'
import { setSessionCookies } from './cookies'
import { defineFormApi } from './defineFormApi'
import { visitorOf } from './visitor'

/**
 * Defines a route that signs someone in. A script sends JSON and gets `{ user }` or the error. A plain form is
 * redirected to where the person wanted to go, or back to its page with what is wrong.
 * @param page the page that has the form
 * @param status the status of a successful answer to a script
 */
export function defineAccountApi<S extends z.ZodType>(
  page: '/login' | '/register',
  schema: S,
  status: number,
  run: (input: z.output<S>, visitor: Visitor) => Promise<{ user: User; tokens: Tokens }>,
): EventHandler {
  return defineFormApi(page, schema, async (input, event) => {
    const { user, tokens } = await run(input, visitorOf(event))
    event.context.userId = user.id
    setSessionCookies(event, tokens)
    return { status, body: { user } }
  })
}
