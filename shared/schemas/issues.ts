import type { z } from 'zod'
import { ISSUE_CODES, type ErrorIssue, type IssueCode, type IssueParams } from '../errors'

/** Makes the second argument of zod's `refine`: what is wrong, as a code with params and as an English sentence. */
export function rule(code: IssueCode, message: string, params: IssueParams = {}) {
  return { error: message, params: { code, ...params } }
}

/** Turns zod's error into the issues that the server answers. It needs `reportInput`, to recognize missing fields. */
export function issuesOf(error: z.ZodError): ErrorIssue[] {
  return error.issues.map((issue) => ({
    path: issue.path.map((part) => (typeof part === 'number' ? part : String(part))),
    ...meaningOf(issue),
    message: issue.message,
  }))
}

function meaningOf(issue: z.core.$ZodIssue): { code: IssueCode; params: IssueParams } {
  switch (issue.code) {
    case 'custom':
      return ownMeaning(issue.params)
    case 'invalid_type':
      return issue.input === undefined || issue.input === null
        ? { code: 'required', params: {} }
        : { code: 'invalid_type', params: { expected: issue.expected } }
    case 'too_small':
      return tooSmall(issue.origin, Number(issue.minimum))
    case 'too_big':
      return tooBig(issue.origin, Number(issue.maximum))
    case 'invalid_format':
      return { code: issue.format === 'email' ? 'invalid_email' : 'invalid_format', params: {} }
    case 'unrecognized_keys':
      return { code: 'unknown_key', params: { keys: issue.keys.join(', ') } }
    default:
      return { code: 'invalid_value', params: {} }
  }
}

/** The code and params of an issue that was made with `rule`. */
function ownMeaning(given: Record<string, unknown> = {}): { code: IssueCode; params: IssueParams } {
  const { code, ...params } = given
  const known = ISSUE_CODES.find((one) => one === code)
  return known ? { code: known, params: params as IssueParams } : { code: 'invalid_value', params: {} }
}

function tooSmall(origin: string, min: number): { code: IssueCode; params: IssueParams } {
  if (origin === 'string') return min === 1 ? { code: 'required', params: {} } : { code: 'too_short', params: { min } }
  return { code: isCounted(origin) ? 'too_few' : 'too_small', params: { min } }
}

function tooBig(origin: string, max: number): { code: IssueCode; params: IssueParams } {
  if (origin === 'string') return { code: 'too_long', params: { max } }
  return { code: isCounted(origin) ? 'too_many' : 'too_large', params: { max } }
}

function isCounted(origin: string): boolean {
  return origin === 'array' || origin === 'set' || origin === 'map'
}
