import { AppError } from '#shared/errors'
import { logger } from '../observability/logger'
import { isOutOfSpace, noteOutOfSpace } from './diskSpace'

/** Seconds after which a caller may try again when the disk was full. */
const RETRY_AFTER_S = 60

/**
 * Turns any error into one that a caller may see. An unexpected error is logged, and the caller learns nothing of it.
 * @param about ids for the log line
 * @param message text of the log line
 * @returns the error itself if it is an AppError; UNAVAILABLE when the disk is full; otherwise INTERNAL
 */
export function toAppError(
  error: unknown,
  about: { requestId?: string; userId?: string },
  message = 'request failed',
): AppError {
  if (error instanceof AppError) return error
  if (isOutOfSpace(error)) {
    noteOutOfSpace()
    return new AppError('UNAVAILABLE', {
      message: "The server's disk is full.",
      reason: 'disk',
      retryAfter: RETRY_AFTER_S,
    })
  }
  logger.error({ err: error, ...about }, message)
  return new AppError('INTERNAL')
}
