import { verifyInput } from '#shared/schemas/accountLinks'
import { verifyEmail } from '../../../services/accounts/verifyEmail'

export default defineFormApi('/verify', verifyInput, async (input, event) => {
  await verifyEmail(input, visitorOf(event))
  return { status: 204, page: '/' }
})
