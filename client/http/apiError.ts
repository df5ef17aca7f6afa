import { ERROR_STATUS, type ErrorCode, type ErrorIssue } from '#shared/errors'

/** The server's codes, and OFFLINE if no answer came. Then it is not known whether the request was carried out. */
export type ClientErrorCode = ErrorCode | 'OFFLINE'

/** The error of a request over HTTP or over the socket. */
export class ApiError extends Error {
  readonly code: ClientErrorCode
  /** The HTTP status. 0: there was no answer. */
  readonly status: number
  readonly issues: ErrorIssue[]
  /** Seconds until a rate-limited caller may try again. */
  readonly retryAfter: number | null

  constructor(
    code: ClientErrorCode,
    message: string,
    more: { status?: number; issues?: ErrorIssue[]; retryAfter?: number | null } = {},
  ) {
    super(message)
    this.name = 'ApiError'
    this.code = code
    this.status = more.status ?? (code === 'OFFLINE' ? 0 : ERROR_STATUS[code])
    this.issues = more.issues ?? []
    this.retryAfter = more.retryAfter ?? null
  }
}

/** Turns any thrown value into an ApiError, so that callers only look at its code. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown
  return new ApiError('INTERNAL', thrown instanceof Error ? thrown.message : String(thrown))
}

/** The error for a server that cannot be reached. Trying again later is all that helps. */
export function offline(message = 'The server cannot be reached.'): ApiError {
  return new ApiError('OFFLINE', message)
}

/** The answer to an HTTP request, read completely. */
export interface HttpAnswer {
  status: number
  text: string
  retryAfter: string | null
}

/** The error of an answer. An answer that is not ours, such as a proxy's page, is judged by its status. */
export function errorOf(answer: HttpAnswer): ApiError {
  const body = parsed(answer.text) as { message?: string; data?: { code?: ErrorCode; issues?: ErrorIssue[] } } | null
  const retryAfter = Number.parseInt(answer.retryAfter ?? '', 10)
  return new ApiError(body?.data?.code ?? codeOf(answer.status), body?.message ?? `Status ${answer.status}`, {
    status: answer.status,
    issues: body?.data?.issues,
    retryAfter: Number.isNaN(retryAfter) ? null : retryAfter,
  })
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function codeOf(status: number): ErrorCode {
  const known = (Object.keys(ERROR_STATUS) as ErrorCode[]).find((code) => ERROR_STATUS[code] === status)
  return known ?? (status >= 500 ? 'UNAVAILABLE' : 'INVALID')
}
