import type { Registration } from '#shared/domain/registration'

/** Who may make an account here. The server knows it, and renders the first of the account pages. */
export function useRegistration() {
  return useState<Registration>('registration', () => useRequestEvent()?.context.registration ?? { mode: 'open' })
}
