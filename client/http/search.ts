import type { SearchPage } from '#shared/schemas/search'
import type { Api } from './api'

/** What to search for. `before`: the `next` of the page before. */
export interface SearchWish {
  q: string
  conversationId?: string
  before?: string
  limit?: number
}

/** Requests of searches. Every one throws ApiError. */
export function searchRequests(api: Api) {
  return {
    /** Messages, the newest first. The days in `q` are those of this computer. */
    messages: (wish: SearchWish) =>
      api.request<SearchPage>('GET', '/api/search', {
        query: { ...wish, utcOffset: -new Date().getTimezoneOffset() },
      }),
  }
}
