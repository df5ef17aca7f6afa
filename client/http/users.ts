import type { User } from '#shared/schemas/account'
import type { Api } from './api'

/** Requests about other people. Every one throws ApiError. */
export function userRequests(api: Api) {
  return {
    search: async (q: string, limit?: number) =>
      (await api.request<{ users: User[] }>('GET', '/api/users', { query: { q, limit } })).users,
    block: (id: string) => api.request<void>('PUT', `/api/blocks/${id}`),
    unblock: (id: string) => api.request<void>('DELETE', `/api/blocks/${id}`),
    /** The people whom I have blocked. @param after the `next` of the page before */
    blocked: (after?: string) =>
      api.request<{ users: User[]; next: string | null }>('GET', '/api/blocks', { query: { after } }),
    get: async (id: string) => (await api.request<{ user: User }>('GET', `/api/users/${id}`)).user,
  }
}
