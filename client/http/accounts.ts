import type { LoginInput, ProfileInput, RegisterInput, Session, User } from '#shared/schemas/account'
import type { Api } from './api'

/** Requests about my own account and sessions. Every one throws ApiError. */
export function accountRequests(api: Api) {
  const user = async (answer: Promise<{ user: User }>) => (await answer).user
  return {
    me: () => user(api.request('GET', '/api/me')),
    login: (body: LoginInput) => user(api.request('POST', '/api/auth/login', { body, anonymous: true })),
    register: (body: RegisterInput) => user(api.request('POST', '/api/auth/register', { body, anonymous: true })),
    logout: () => api.request<void>('POST', '/api/auth/logout', { anonymous: true }),
    updateProfile: (body: ProfileInput) => user(api.request('PATCH', '/api/me', { body })),
    changePassword: (current: string, next: string) =>
      api.request<void>('PUT', '/api/me/password', { body: { current, next } }),
    sessions: async () => (await api.request<{ sessions: Session[] }>('GET', '/api/me/sessions')).sessions,
    endSession: (id: string) => api.request<void>('DELETE', `/api/me/sessions/${id}`),
  }
}
