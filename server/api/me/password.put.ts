import { sendNoContent } from 'h3'
import { passwordInput } from '#shared/schemas/account'
import { changePassword } from '../../services/accounts/changePassword'

export default defineApi('account', { body: passwordInput }, async ({ event, user, body }) => {
  await changePassword(user.userId, user.sessionId, body)
  return sendNoContent(event, 204)
})
