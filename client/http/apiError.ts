import { ERROR_STATUS, type ErrorCode, type ErrorIssue } from '#shared/errors'

/** The server's codes, and OFFLINE where no answer came: whether the request was carried out is then not known. */
export type ClientErrorCode = ErrorCode | 'OFFLINE'

/** Why a request was not answered as hoped, over HTTP or over the socket. */
export class ApiError extends Error {
  readonly code: ClientErrorCode
  /** HTTP status, 0 where there was no answer. */
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

/** The error of any thrown thing, so that callers only ask for its code. */
export function asApiError(thrown: unknown): ApiError {
  if (thrown instanceof ApiError) return thrown
  return new ApiError('INTERNAL', thrown instanceof Error ? thrown.message : String(thrown))
}

/** The server could not be reached; trying again later is the whole remedy. */
export function offline(message = 'The server cannot be reached.'): ApiError {
  return new ApiError('OFFLINE', message)
}

/** What came back for one HTTP request, read to its end. */
export interface HttpAnswer {
  status: number
  text: string
  retryAfter: string | null
}

/** The error that an answer tells; one that is not ours (a proxy's page) is judged by its status. */
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
