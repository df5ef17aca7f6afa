import {
  defineEventHandler,
  sendNoContent,
  sendRedirect,
  setResponseHeader,
  setResponseStatus,
  type EventHandler,
  type H3Event,
} from 'h3'
import type { z } from 'zod'
import { ownPath } from '#shared/domain/ownPath'
import type { AppError } from '#shared/errors'
import { parseInput } from '#shared/schemas/parseInput'
import { toAppError } from '../services/failure'
import { started } from '../start'
import { asHttpError } from './defineApi'
import { keepFormFlash } from './formFlash'
import { readInputBody } from './readInput'

/** What a form has led to. */
interface FormAnswer {
  status: number
  /** For a script. Without one, the answer is empty. */
  body?: unknown
  /** Where a plain form is redirected to. Without one, to where the person wanted to go. */
  page?: string
  /** What a script gets instead of the body. A plain form is redirected all the same. */
  error?: AppError
}

/** The pages with forms that work without JavaScript. */
type FormPage = '/login' | '/login?step=code' | '/register' | '/forgot' | '/reset' | '/verify'

/**
 * Defines a route for everyone that takes a script's JSON and a plain form. A plain form is redirected, or sent back to its
 * page with what is wrong. The route's service charges its limits.
 * @param page the page that has the form
 * @param run gets the path that the person wanted to go to, too
 */
export function defineFormApi<S extends z.ZodType>(
  page: FormPage,
  schema: S,
  run: (input: z.output<S>, event: H3Event, next: string) => Promise<FormAnswer>,
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
      const answer = await run(parseInput(schema, isForm ? fields : body), event, next)
      if (isForm) return await sendRedirect(event, answer.page ?? next, 303)
      if (answer.error) throw answer.error
      if (answer.body === undefined) return sendNoContent(event, answer.status)
      setResponseStatus(event, answer.status)
      return answer.body
    } catch (error) {
      if (!isForm) throw asHttpError(event, error)
      return sendBack(event, page, next, fields, error)
    }
  })
}

function splitForm({ next, ...fields }: Record<string, string>): { next: string; fields: Record<string, string> } {
  return { next: ownPath(next), fields }
}

function sendBack(event: H3Event, page: FormPage, next: string, fields: Record<string, string>, error: unknown) {
  const known = toAppError(error, { requestId: event.context.requestId }, 'form failed')
  const { password: _password, token: _token, code: _code, ...values } = fields
  const { code, message, retryAfter, issues = [] } = known
  keepFormFlash(event, { code, message, retryAfter, values, issues })
  const query = new URLSearchParams({ error: code, ...(next !== '/' && { next }) })
  return sendRedirect(event, `${page}${page.includes('?') ? '&' : '?'}${query}`, 303)
}
