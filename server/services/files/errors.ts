import { AppError, invalidField } from '#shared/errors'
import { logger } from '../../observability/logger'
import { isOutOfSpace } from '../diskSpace'
import { BadParts, NoSuchObject, StorageFull, StorageUnavailable } from '../../storage/types'

/** Seconds after which it is worth asking again. */
const RETRY_S = 2
const FULL_RETRY_S = 60

/**
 * Does a thing with the store, and says in our codes when it could not.
 * @throws AppError UNAVAILABLE when the store does not answer, INVALID for parts that are not what was sent, NOT_FOUND
 */
export async function withStorageErrors<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (isOutOfSpace(error)) throw error
    if (error instanceof StorageFull) {
      logger.error({ err: error }, 'the disk is nearly full: uploads are refused')
      throw new AppError('UNAVAILABLE', { message: 'The server has no room left for files.', retryAfter: FULL_RETRY_S })
    }
    if (error instanceof StorageUnavailable) {
      logger.warn({ err: error }, 'the file store does not answer')
      throw new AppError('UNAVAILABLE', { message: 'The file store does not answer. Try again.', retryAfter: RETRY_S })
    }
    if (error instanceof BadParts) {
      throw invalidField('parts', 'wrong_parts', error.message)
    }
    if (error instanceof NoSuchObject) throw new AppError('NOT_FOUND')
    throw error
  }
}
