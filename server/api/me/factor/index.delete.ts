import { sendNoContent } from 'h3'
import { factorProofInput } from '#shared/schemas/factor'
import { turnOff } from '../../../services/factors/setUp'

export default defineApi('account', { body: factorProofInput }, async ({ event, user, body }) => {
  await turnOff(user.userId, body)
  return sendNoContent(event, 204)
})
