/** All error codes that the server answers, over HTTP and the socket, with their HTTP status. Codes are stable. */
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

/** All codes of issues. Codes are stable. Each has a sentence under `issue` in every locale, which uses its params. */
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
  'wrong_code',
  'second_factor',
  'unverified',
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
  'suspended',
  'awaiting_approval',
  'registration_closed',
  'invite_needed',
  'other_domain',
  'last_administrator',
] as const
export type IssueCode = (typeof ISSUE_CODES)[number]

/** The values in the sentence about an issue, for example `{ min: 2 }` for `too_short`. */
export type IssueParams = Record<string, string | number>

/** What is wrong with one field of an input. `path` names the field; an empty path means the input as a whole. */
export interface ErrorIssue {
  path: (string | number)[]
  code: IssueCode
  params: IssueParams
  /** The same as an English sentence, for clients that don't know the code. */
  message: string
}

const DEFAULT_MESSAGE: Record<ErrorCode, string> = {
  UNAUTHENTICATED: 'Sign in first.',
  FORBIDDEN: 'You may not do this.',
  NOT_FOUND: 'This does not exist, or you have no access to it.',
  CONFLICT: 'This already exists.',
  TOO_LARGE: 'This is too large.',
  INVALID: 'This input is not valid.',
  RATE_LIMITED: 'Too many attempts. Wait a moment and try again.',
  INTERNAL: 'Something went wrong on the server.',
  UNAVAILABLE: 'The service is not available right now.',
}

/** An error that callers may see. Rules and services throw it; routes and the socket turn it into an answer. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly issues?: ErrorIssue[]
  /** Seconds until a rate-limited caller may try again. */
  readonly retryAfter?: number
  /** What is missing, if the service is not available: space on the disk, or a way to send mail. */
  readonly reason?: 'disk' | 'mail'

  constructor(
    code: ErrorCode,
    options: { message?: string; issues?: ErrorIssue[]; retryAfter?: number; reason?: 'disk' | 'mail' } = {},
  ) {
    super(options.message ?? options.issues?.[0]?.message ?? DEFAULT_MESSAGE[code])
    this.name = 'AppError'
    this.code = code
    this.issues = options.issues
    this.retryAfter = options.retryAfter
    this.reason = options.reason
  }
}

/** The error for an invalid field of an input. @param message an English sentence that says what is wrong */
export function invalidField(field: string, code: IssueCode, message: string, params: IssueParams = {}): AppError {
  return new AppError('INVALID', { issues: [{ path: [field], code, params, message }] })
}
