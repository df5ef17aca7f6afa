import type { ErrorCode, ErrorIssue } from '#shared/errors'

/** What the fake server says no with. */
export class Refusal extends Error {
  constructor(
    readonly code: ErrorCode,
    readonly retryAfter?: number,
    readonly issues?: ErrorIssue[],
  ) {
    super(code)
  }
}
