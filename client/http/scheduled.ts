import type { ChangeScheduledInput, Scheduled } from '#shared/schemas/scheduled'
import type { Api } from './api'

/** Requests about my scheduled messages. Every one throws ApiError. */
export function scheduledRequests(api: Api) {
  const at = (id: string) => `/api/scheduled/${id}`
  return {
    list: async () => (await api.request<{ scheduled: Scheduled[] }>('GET', '/api/scheduled')).scheduled,
    add: async (body: {
      conversationId: string
      clientId: string
      text: string
      at: string
      replyToId: string | null
    }) => (await api.request<{ scheduled: Scheduled }>('POST', '/api/scheduled', { body })).scheduled,
    change: async (id: string, body: ChangeScheduledInput) =>
      (await api.request<{ scheduled: Scheduled }>('PATCH', at(id), { body })).scheduled,
    cancel: (id: string) => api.request<void>('DELETE', at(id)),
  }
}
