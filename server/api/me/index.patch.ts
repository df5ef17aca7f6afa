import { profileInput } from '#shared/schemas/account'
import { updateProfile } from '../../services/accounts/profile'

export default defineApi('account', { body: profileInput }, async ({ user, body }) => ({
  user: await updateProfile(user.userId, body),
}))
