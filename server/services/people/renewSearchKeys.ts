import { SEARCH_VERSION, searchKeysOf } from '#shared/domain/names'
import { findUsersOfOtherSearchVersion, renewSearchKeys } from '../../repositories/users'

const BATCH_SIZE = 500

/**
 * Recomputes the search keys of people who were stored under an older rule. Runs at each start; usually there are none.
 */
export async function renewAllSearchKeys(): Promise<void> {
  let users = await findUsersOfOtherSearchVersion(SEARCH_VERSION, BATCH_SIZE)
  while (users.length > 0) {
    await renewSearchKeys(
      users.map((user) => ({ ...user, searchKeys: searchKeysOf(user), searchVersion: SEARCH_VERSION })),
    )
    users = await findUsersOfOtherSearchVersion(SEARCH_VERSION, BATCH_SIZE)
  }
}
