import { sendNoContent } from 'h3'
import { logout } from '../../services/accounts/logout'

export default definePublicApi('session', {}, async ({ event }) => {
  await logout(accessTokenOf(event), refreshTokenOf(event))
  clearSessionCookies(event)
  clearStorage(event)
  return sendNoContent(event, 204)
})
