import { AppError } from '#shared/errors'
import { refresh } from '../../services/accounts/refresh'

export default definePublicApi('session', {}, async ({ event }) => {
  const token = refreshTokenOf(event)
  if (!token) throw new AppError('UNAUTHENTICATED')
  try {
    const { user, tokens } = await refresh(token, visitorOf(event))
    setSessionCookies(event, tokens)
    return { user }
  } catch (error) {
    // A cookie that will never be valid again is removed. A rate limit or a database error says nothing about it.
    if (error instanceof AppError && error.code === 'UNAUTHENTICATED') clearSessionCookies(event)
    throw error
  }
})
