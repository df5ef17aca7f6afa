import { defineStore } from 'pinia'
import type { SearchPage } from '#shared/schemas/search'
import { namedPeople } from '~/client/history/namedPeople'
import type { SearchWish } from '~/client/http/search'
import { usePeopleStore } from './people'
import { useTab } from './tab'

/** Finds messages. What is found is shown, and not kept. */
export const useSearchStore = defineStore('search', () => {
  const tab = useTab()
  const people = usePeopleStore()

  /** Messages that match a typed search, the newest first. @throws ApiError */
  async function messages(wish: SearchWish): Promise<SearchPage> {
    const page = await tab.client().search.messages(wish)
    void people.ensure(page.results.flatMap(({ message }) => namedPeople(message)))
    return page
  }

  /** The first message of a conversation from a time on: its `seq`. Null: there is none. @throws ApiError */
  async function firstSeqFrom(conversationId: string, time: Date): Promise<number | null> {
    const at = time.toISOString()
    const { messages: found } = await tab.client().conversations.messages(conversationId, { at, limit: 4 })
    return (found.find(({ createdAt }) => createdAt >= at) ?? found.at(-1))?.seq ?? null
  }

  return { messages, firstSeqFrom }
})
