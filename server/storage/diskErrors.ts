import { StorageUnavailable } from './types'

/** Whether an error says that a file or folder does not exist. */
export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}

/** Runs an operation on the disk. @throws StorageUnavailable when the disk is full, broken or closed to us */
export async function onDisk<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code && ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EACCES', 'EMFILE', 'ENOTDIR'].includes(code)) {
      throw new StorageUnavailable('The disk is full or unavailable.', { cause: error })
    }
    throw error
  }
}
