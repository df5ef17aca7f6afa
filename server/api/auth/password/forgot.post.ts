import { forgotInput } from '#shared/schemas/accountLinks'
import { forgotPassword } from '../../../services/accounts/forgotPassword'

export default defineFormApi('/forgot', forgotInput, async (input, event) => {
  await forgotPassword(input, visitorOf(event))
  return { status: 204, page: '/forgot?sent=1' }
})
