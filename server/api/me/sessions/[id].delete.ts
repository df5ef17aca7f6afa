import { sendNoContent } from 'h3'
import { sessionParams } from '#shared/schemas/account'
import { endSession } from '../../../services/accounts/endSessions'

export default defineApi('account', { params: sessionParams }, async ({ event, user, params }) => {
  await endSession(user.userId, params.id)
  if (params.id === user.sessionId) {
    clearSessionCookies(event)
    clearStorage(event)
  }
  return sendNoContent(event, 204)
})
