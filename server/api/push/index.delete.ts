import { sendNoContent } from 'h3'
import { unsubscribe } from '../../services/push/subscribe'

export default defineApi('mySettings', {}, async ({ event, user }) => {
  await unsubscribe(user.sessionId)
  return sendNoContent(event, 204)
})
