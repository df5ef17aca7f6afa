import { defineStore } from 'pinia'
import type { User } from '#shared/schemas/account'
import { usePeopleStore } from './people'
import { useTab } from './tab'

/** Whom I have blocked. In a direct chat `me.block` says it; the list of all of them is fetched when it is shown. */
export const useBlocksStore = defineStore('blocks', () => {
  const tab = useTab()
  const people = usePeopleStore()

  /** Everybody whom I have blocked. @throws ApiError */
  async function list(): Promise<User[]> {
    const all: User[] = []
    for (let after: string | null = null, isFirst = true; isFirst || after; isFirst = false) {
      const { users, next } = await tab.client().users.blocked(after ?? undefined)
      all.push(...users)
      after = next
    }
    people.remember(all)
    return all
  }

  /** @throws ApiError: INVALID when I have blocked too many */
  const block = (userId: string) => tab.client().users.block(userId)
  /** @throws ApiError */
  const unblock = (userId: string) => tab.client().users.unblock(userId)

  return { list, block, unblock }
})
