import { resetInput } from '#shared/schemas/accountLinks'
import { resetPassword } from '../../../services/accounts/resetPassword'

export default defineFormApi('/reset', resetInput, async (input, event) => {
  await resetPassword(input, visitorOf(event))
  return { status: 204, page: '/login?reset=1' }
})
