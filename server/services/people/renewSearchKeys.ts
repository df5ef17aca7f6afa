import { SEARCH_VERSION, searchKeysOf } from '#shared/domain/names'
import { findUsersOfOtherSearchVersion, renewSearchKeys } from '../../repositories/users'

const BATCH_SIZE = 500

/** Makes the search keys anew of everybody who was stored under another rule. Run at each start; done at once when nobody was. */
export async function renewAllSearchKeys(): Promise<void> {
  let users = await findUsersOfOtherSearchVersion(SEARCH_VERSION, BATCH_SIZE)
  while (users.length > 0) {
    await renewSearchKeys(users.map((user) => ({ ...user, searchKeys: searchKeysOf(user), searchVersion: SEARCH_VERSION })))
    users = await findUsersOfOtherSearchVersion(SEARCH_VERSION, BATCH_SIZE)
  }
}
