import { AppError, invalidField } from '#shared/errors'
import { logger } from '../../observability/logger'
import { isOutOfSpace } from '../diskSpace'
import { BadParts, NoSuchObject, StorageUnavailable } from '../../storage/types'

/**
 * Does a thing with the store, and says in our codes when it could not.
 * @throws AppError UNAVAILABLE when the store does not answer, INVALID for parts that are not what was sent, NOT_FOUND
 */
export async function reached<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (isOutOfSpace(error)) throw error
    if (error instanceof StorageUnavailable) {
      logger.warn({ err: error }, 'the file store does not answer')
      throw new AppError('UNAVAILABLE', { message: 'The file store does not answer. Try again.' })
    }
    if (error instanceof BadParts) {
      throw invalidField('parts', 'wrong_parts', error.message)
    }
    if (error instanceof NoSuchObject) throw new AppError('NOT_FOUND')
    throw error
  }
}
