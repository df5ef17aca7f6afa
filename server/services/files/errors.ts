import { AppError, invalidField } from '#shared/errors'
import { logger } from '../../observability/logger'
import { isOutOfSpace } from '../diskSpace'
import { BadParts, NoSuchObject, StorageFull, StorageUnavailable } from '../../storage/types'

/** Seconds after which a caller may try again when the store does not answer, and when it is full. */
const RETRY_S = 2
const FULL_RETRY_S = 60

/**
 * Runs an operation of the store and translates its errors into ours.
 * @throws AppError UNAVAILABLE when the store does not answer or is full; INVALID for parts that the store does not
 *   have as named; NOT_FOUND for a missing object
 */
export async function withStorageErrors<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (isOutOfSpace(error)) throw error
    if (error instanceof StorageFull) {
      logger.error({ err: error }, 'the disk is nearly full: uploads are refused')
      throw new AppError('UNAVAILABLE', {
        message: 'The server has no space left for files.',
        retryAfter: FULL_RETRY_S,
      })
    }
    if (error instanceof StorageUnavailable) {
      logger.warn({ err: error }, 'the file store does not answer')
      throw new AppError('UNAVAILABLE', { message: 'The file store does not respond. Try again.', retryAfter: RETRY_S })
    }
    if (error instanceof BadParts) {
      throw invalidField('parts', 'wrong_parts', error.message)
    }
    if (error instanceof NoSuchObject) throw new AppError('NOT_FOUND')
    throw error
  }
}
