import type { Factor, FactorProofInput, FactorSetup } from '#shared/schemas/factor'
import type { Api } from './api'

/** Requests about what opens an account: mailed links and the second factor. Every one throws ApiError. */
export function keyRequests(api: Api) {
  const codes = async (answer: Promise<{ recoveryCodes: string[] }>) => (await answer).recoveryCodes
  return {
    forgotPassword: (email: string) =>
      api.request<void>('POST', '/api/auth/password/forgot', { body: { email }, anonymous: true }),
    resetPassword: (token: string, password: string) =>
      api.request<void>('POST', '/api/auth/password/reset', { body: { token, password }, anonymous: true }),
    verifyEmail: (token: string) =>
      api.request<void>('POST', '/api/auth/email/verify', { body: { token }, anonymous: true }),
    askVerification: () => api.request<void>('POST', '/api/me/email/verification'),
    factor: async () => (await api.request<{ factor: Factor }>('GET', '/api/me/factor')).factor,
    beginSetUp: (password: string) => api.request<FactorSetup>('POST', '/api/me/factor/setup', { body: { password } }),
    turnOn: (setup: string, code: string) => codes(api.request('PUT', '/api/me/factor', { body: { setup, code } })),
    turnOff: (proof: FactorProofInput) => api.request<void>('DELETE', '/api/me/factor', { body: proof }),
    renewCodes: (proof: FactorProofInput) =>
      codes(api.request('POST', '/api/me/factor/recovery-codes', { body: proof })),
  }
}
