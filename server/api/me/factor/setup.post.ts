import { factorSetupInput } from '#shared/schemas/factor'
import { beginSetUp } from '../../../services/factors/setUp'

export default defineApi('account', { body: factorSetupInput }, async ({ event, user, body }) => {
  holdsSecret(event)
  return beginSetUp(user.userId, body.password)
})
