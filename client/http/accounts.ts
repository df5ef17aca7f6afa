import type { LoginInput, ProfileInput, RegisterInput, Session, User } from '#shared/schemas/account'
import type { PushSubscriptionInput } from '#shared/schemas/push'
import type { Api } from './api'

/** Requests about my own account and sessions. Every one throws ApiError. */
export function accountRequests(api: Api) {
  const user = async (answer: Promise<{ user: User }>) => (await answer).user
  return {
    me: () => user(api.request('GET', '/api/me')),
    login: (body: LoginInput) => user(api.request('POST', '/api/auth/login', { body, anonymous: true })),
    register: (body: RegisterInput) => user(api.request('POST', '/api/auth/register', { body, anonymous: true })),
    loginWithCode: (code: string) =>
      user(api.request('POST', '/api/auth/login/code', { body: { code }, anonymous: true })),
    logout: () => api.request<void>('POST', '/api/auth/logout', { anonymous: true }),
    updateProfile: (body: ProfileInput) => user(api.request('PATCH', '/api/me', { body })),
    changeUsername: (username: string, password: string) =>
      user(api.request('PUT', '/api/me/username', { body: { username, password } })),
    changePassword: (current: string, next: string) =>
      api.request<void>('PUT', '/api/me/password', { body: { current, next } }),
    sessions: async () => (await api.request<{ sessions: Session[] }>('GET', '/api/me/sessions')).sessions,
    /** The public key of the chat, with which a browser subscribes to its pushes. */
    pushKey: async () => (await api.request<{ publicKey: string }>('GET', '/api/push')).publicKey,
    subscribe: (body: PushSubscriptionInput) => api.request<void>('POST', '/api/push', { body }),
    endSession: (id: string) => api.request<void>('DELETE', `/api/me/sessions/${id}`),
  }
}
