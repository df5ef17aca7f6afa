import {
  defineEventHandler,
  sendRedirect,
  setResponseHeader,
  setResponseStatus,
  type EventHandler,
  type H3Event,
} from 'h3'
import type { z } from 'zod'
import { ownPath } from '#shared/domain/ownPath'
import type { User } from '#shared/schemas/account'
import { parseInput } from '#shared/schemas/parseInput'
import type { Tokens, Visitor } from '../services/accounts/openSession'
import { toAppError } from '../services/failure'
import { started } from '../start'
import { setSessionCookies } from './cookies'
import { asHttpError } from './defineApi'
import { keepFormFlash } from './formFlash'
import { readInputBody } from './readInput'
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
  return defineEventHandler(async (event) => {
    setResponseHeader(event, 'Cache-Control', 'no-store')
    const isForm = event.node.req.headers['content-type']?.startsWith('application/x-www-form-urlencoded') ?? false
    let fields: Record<string, string> = {}
    let next = '/'
    try {
      await started
      const body = await readInputBody(event)
      if (isForm) ({ next, fields } = splitForm(body as Record<string, string>))
      const { user, tokens } = await run(parseInput(schema, isForm ? fields : body), visitorOf(event))
      event.context.userId = user.id
      setSessionCookies(event, tokens)
      if (isForm) return await sendRedirect(event, next, 303)
      setResponseStatus(event, status)
      return { user }
    } catch (error) {
      if (!isForm) throw asHttpError(event, error)
      return sendBack(event, page, next, fields, error)
    }
  })
}

function splitForm({ next, ...fields }: Record<string, string>): { next: string; fields: Record<string, string> } {
  return { next: ownPath(next), fields }
}

function sendBack(event: H3Event, page: string, next: string, fields: Record<string, string>, error: unknown) {
  const known = toAppError(error, { requestId: event.context.requestId }, 'form failed')
  const { password: _, ...values } = fields
  const { code, message, retryAfter, issues = [] } = known
  keepFormFlash(event, { code, message, retryAfter, values, issues })
  const query = new URLSearchParams({ error: code, ...(next !== '/' && { next }) })
  return sendRedirect(event, `${page}?${query}`, 303)
}
