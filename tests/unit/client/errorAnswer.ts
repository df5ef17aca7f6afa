import type { ErrorCode, ErrorIssue } from '#shared/errors'

/** What the fake server says no with. */
export class ErrorAnswer extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly retryAfter?: number,
    readonly issues?: ErrorIssue[],
  ) {
    super(code)
  }
}
