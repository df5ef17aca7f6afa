import { AppError } from '#shared/errors'
import { logger } from '../observability/logger'
import { isOutOfSpace, noteOutOfSpace } from './diskSpace'

/** Seconds after which a caller may try what a full disk refused. */
const RETRY_AFTER_S = 60

/**
 * What a caller is told of an error. What nobody foresaw is logged, and told to nobody.
 * @param about ids for the log's line
 */
export function toAppError(error: unknown, about: { requestId?: string; userId?: string }, message = 'request failed'): AppError {
  if (error instanceof AppError) return error
  if (isOutOfSpace(error)) {
    noteOutOfSpace()
    return new AppError('UNAVAILABLE', { message: 'The disk of the server is full.', reason: 'disk', retryAfter: RETRY_AFTER_S })
  }
  logger.error({ err: error, ...about }, message)
  return new AppError('INTERNAL')
}
