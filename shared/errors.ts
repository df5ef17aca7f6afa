/** Every error code that leaves the server, over HTTP and over the socket, with its HTTP status. Codes are stable. */
export const ERROR_STATUS = {
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  TOO_LARGE: 413,
  INVALID: 422,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  UNAVAILABLE: 503,
} as const

export type ErrorCode = keyof typeof ERROR_STATUS

/** Every code of an issue. Codes are stable; each has its sentence under `issue` in every locale, which names its params. */
export const ISSUE_CODES = [
  'required',
  'too_short',
  'too_long',
  'too_few',
  'too_many',
  'too_small',
  'too_large',
  'invalid_type',
  'invalid_value',
  'invalid_format',
  'invalid_characters',
  'invalid_email',
  'invalid_username',
  'unknown_key',
  'blank',
  'reserved',
  'taken',
  'too_weak',
  'wrong_password',
  'oneself',
  'past',
  'wrong_parts',
  'wrong_size',
  'wrong_file_type',
  'not_a_picture',
  'too_many_pixels',
  'unreadable',
  'wrong_duration',
  'gone',
] as const
export type IssueCode = (typeof ISSUE_CODES)[number]

/** What a sentence about an issue names: `{ min: 2 }` of `too_short`. */
export type IssueParams = Record<string, string | number>

/** What is wrong with one field of an input; `path` names the field, the empty path the input as a whole. */
export interface ErrorIssue {
  path: (string | number)[]
  code: IssueCode
  params: IssueParams
  /** The same in English, for whoever knows no codes. */
  message: string
}

const DEFAULT_MESSAGE: Record<ErrorCode, string> = {
  UNAUTHENTICATED: 'Sign in first.',
  FORBIDDEN: 'You may not do this.',
  NOT_FOUND: 'There is nothing here.',
  CONFLICT: 'This exists already.',
  TOO_LARGE: 'This is too large.',
  INVALID: 'This input is not valid.',
  RATE_LIMITED: 'Too many attempts. Wait a little.',
  INTERNAL: 'Something went wrong on the server.',
  UNAVAILABLE: 'The service is not available right now.',
}

/** An error that a caller is meant to see: thrown by rules and services, turned into an answer at the edge. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly issues?: ErrorIssue[]
  /** Seconds until a rate-limited caller may try again. */
  readonly retryAfter?: number
  /** What is missing, when the service is not available. */
  readonly reason?: 'disk'

  constructor(code: ErrorCode, options: { message?: string; issues?: ErrorIssue[]; retryAfter?: number; reason?: 'disk' } = {}) {
    super(options.message ?? options.issues?.[0]?.message ?? DEFAULT_MESSAGE[code])
    this.name = 'AppError'
    this.code = code
    this.issues = options.issues
    this.retryAfter = options.retryAfter
    this.reason = options.reason
  }
}

/** The error that one field of an input is not valid. */
export function invalidField(field: string, code: IssueCode, message: string, params: IssueParams = {}): AppError {
  return new AppError('INVALID', { issues: [{ path: [field], code, params, message }] })
}
