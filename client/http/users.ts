import type { User } from '#shared/schemas/account'
import type { Api } from './api'

/** Requests about other people. Every one throws ApiError. */
export function userRequests(api: Api) {
  return {
    search: async (q: string, limit?: number) =>
      (await api.request<{ users: User[] }>('GET', '/api/users', { query: { q, limit } })).users,
    get: async (id: string) => (await api.request<{ user: User }>('GET', `/api/users/${id}`)).user,
  }
}
