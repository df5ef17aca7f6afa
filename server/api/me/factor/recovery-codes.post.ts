import { factorProofInput } from '#shared/schemas/factor'
import { renewRecoveryCodes } from '../../../services/factors/setUp'

export default defineApi('account', { body: factorProofInput }, async ({ event, user, body }) => {
  holdsSecret(event)
  return { recoveryCodes: await renewRecoveryCodes(user.userId, body) }
})
