import { usernameInput } from '#shared/schemas/account'
import { changeUsername } from '../../services/accounts/changeUsername'

export default defineApi('account', { body: usernameInput }, async ({ user, body }) => ({
  user: await changeUsername(user.userId, body),
}))
