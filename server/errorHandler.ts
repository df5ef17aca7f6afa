import { appendResponseHeader, send, setResponseHeaders, setResponseStatus, type H3Error, type H3Event } from 'h3'
import { useNitroApp } from 'nitropack/runtime'
import { STATUS_CODES } from 'node:http'
import { AppError, ERROR_STATUS, type ErrorCode } from '#shared/errors'

/** The path at which Nuxt renders error.vue, for requests of the server to itself. */
const ERROR_PAGE = '/__nuxt_error'

/**
 * Answers every error of the production server, including those of the router, of h3 and of pages: with JSON for
 * programs and with the error page for people. Neither contains the URL, a stack, or text that we did not write.
 */
export default async function answerError(error: H3Error, event: H3Event): Promise<void> {
  if (event.handled) return
  const body = bodyOf(error)
  setResponseStatus(event, body.statusCode, body.statusMessage)
  setResponseHeaders(event, { 'Cache-Control': 'no-store' })
  if (wantsPage(event) && (await sendPage(event, body.statusCode))) return
  setResponseHeaders(event, { 'Content-Type': 'application/json' })
  await send(event, JSON.stringify(body))
}

function bodyOf(error: H3Error) {
  const given = (error.data as { code?: string } | undefined)?.code
  // Errors that a route has thrown are meant for the client (utils/defineApi). Of all others only the status is kept.
  if (!error.unhandled && given !== undefined && Object.hasOwn(ERROR_STATUS, given)) {
    const { statusCode, message, data } = error
    return { statusCode, statusMessage: STATUS_CODES[statusCode], message, data }
  }
  const code = error.unhandled ? 'INTERNAL' : codeOf(error.statusCode)
  const statusCode = ERROR_STATUS[code]
  return { statusCode, statusMessage: STATUS_CODES[statusCode], message: new AppError(code).message, data: { code } }
}

function codeOf(status: number): ErrorCode {
  const codes = Object.keys(ERROR_STATUS) as ErrorCode[]
  return codes.find((code) => ERROR_STATUS[code] === status) ?? (status >= 400 && status < 500 ? 'INVALID' : 'INTERNAL')
}

function wantsPage(event: H3Event): boolean {
  const isRead = event.method === 'GET' || event.method === 'HEAD'
  const isOfPages = !/^\/(?:api|_nuxt|__nuxt_error)(?:[/?]|$)/.test(event.path)
  return isRead && isOfPages && !!event.node.req.headers.accept?.includes('text/html')
}

/** Renders error.vue for a status. @returns false when it cannot be rendered */
async function sendPage(event: H3Event, statusCode: number): Promise<boolean> {
  const { cookie, host, 'accept-language': language } = event.node.req.headers
  const headers = {
    'x-nuxt-error': 'true',
    ...(cookie && { cookie }),
    ...(host && { host }),
    ...(language && { 'accept-language': language }),
  }
  const query = new URLSearchParams({ statusCode: String(statusCode), url: ERROR_PAGE })
  const page = await useNitroApp()
    .localFetch(`${ERROR_PAGE}?${query}`, { headers, redirect: 'manual' })
    .catch(() => null)
  const policy = page?.headers.get('content-security-policy')
  if (!page || !policy || event.handled) return event.handled
  for (const line of page.headers.getSetCookie()) appendResponseHeader(event, 'Set-Cookie', line)
  setResponseHeaders(event, { 'Content-Type': 'text/html;charset=utf-8', 'Content-Security-Policy': policy })
  setResponseStatus(event, statusCode, STATUS_CODES[statusCode])
  await send(event, await page.text())
  return true
}
