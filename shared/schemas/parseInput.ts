import type { z } from 'zod'
import { AppError } from '../errors'
import { issuesOf } from './issues'

/**
 * Parses a value from outside with its schema.
 * @throws AppError INVALID, with an issue for each fault
 */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = parse(schema, value)
  if (result.success) return result.data
  throw new AppError('INVALID', { issues: issuesOf(result.error) })
}

/**
 * zod compares the `length` of anything with a list's bounds, also when it is no list. An object as `length` that has a
 * `toString` or `valueOf` of its own cannot be compared, and zod throws.
 */
function parse<S extends z.ZodType>(schema: S, value: unknown): z.ZodSafeParseResult<z.output<S>> {
  try {
    return schema.safeParse(value, { reportInput: true })
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    throw new AppError('INVALID', {
      issues: [{ path: [], code: 'invalid_value', params: {}, message: 'Invalid input' }],
    })
  }
}
