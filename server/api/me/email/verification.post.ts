import { sendNoContent } from 'h3'
import { mailVerificationAgain } from '../../../services/accounts/verifyEmail'

export default defineApi('account', {}, async ({ event, user }) => {
  await mailVerificationAgain(user.userId, visitorOf(event))
  return sendNoContent(event, 204)
})
