import { StorageUnavailable } from './types'

export function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}

/** Does a thing on the disk; one that is full or gone is a store that does not answer. */
export async function onDisk<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code && ['ENOSPC', 'EDQUOT', 'EROFS', 'EIO', 'EACCES', 'EMFILE', 'ENOTDIR'].includes(code)) {
      throw new StorageUnavailable('The disk takes no more.', { cause: error })
    }
    throw error
  }
}
