import { sendNoContent } from 'h3'
import { pushSubscriptionInput } from '#shared/schemas/push'
import { subscribe } from '../../services/push/subscribe'

export default defineApi('mySettings', { body: pushSubscriptionInput }, async ({ event, user, body }) => {
  await subscribe(user, body)
  return sendNoContent(event, 204)
})
