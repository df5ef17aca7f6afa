import type { z } from 'zod'
import { AppError } from '../errors'
import { issuesOf } from './issues'

/**
 * Parses a value from outside with its schema.
 * @throws AppError INVALID, with an issue for each fault
 */
export function parseInput<S extends z.ZodType>(schema: S, value: unknown): z.output<S> {
  const result = schema.safeParse(value, { reportInput: true })
  if (result.success) return result.data
  throw new AppError('INVALID', { issues: issuesOf(result.error) })
}
