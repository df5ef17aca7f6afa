import { defineStore } from 'pinia'
import { shallowReactive } from 'vue'
import type { User } from '#shared/schemas/account'
import { asApiError } from '~/client/apiError'
import { useTab } from './tab'

/** Other people, as far as this tab has met them. */
export const usePeopleStore = defineStore('people', () => {
  const tab = useTab()
  const byId = shallowReactive<Record<string, User>>({})
  const asked = new Map<string, Promise<void>>()

  function remember(users: (User | null | undefined)[]): void {
    for (const user of users) if (user) byId[user.id] = user
  }

  /** People by the start of a name or username. @throws ApiError */
  async function search(q: string): Promise<User[]> {
    const users = await tab.client().users.search(q)
    remember(users)
    return users
  }

  /** Fetches those not known yet, each once. One who does not exist, or cannot be reached now, is left out silently. */
  async function ensure(ids: string[]): Promise<void> {
    await Promise.all(ids.filter((id) => !byId[id]).map(fetchOnce))
  }

  function fetchOnce(id: string): Promise<void> {
    const running = asked.get(id)
    if (running) return running
    const request = tab.client()
      .users.get(id)
      .then((user) => remember([user]))
      .catch((thrown) => {
        if (asApiError(thrown).code !== 'NOT_FOUND') asked.delete(id)
      })
    asked.set(id, request)
    return request
  }

  function clear(): void {
    for (const id of Object.keys(byId)) delete byId[id]
    asked.clear()
  }

  return { byId, remember, search, ensure, clear }
})
