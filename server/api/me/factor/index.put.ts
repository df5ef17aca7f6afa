import { factorOnInput } from '#shared/schemas/factor'
import { turnOn } from '../../../services/factors/setUp'

export default defineApi('account', { body: factorOnInput }, async ({ event, user, body }) => {
  holdsSecret(event)
  return { recoveryCodes: await turnOn(user.userId, body) }
})
