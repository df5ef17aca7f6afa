import { sendNoContent } from 'h3'
import { pinOrderInput } from '#shared/schemas/conversation'
import { orderPins } from '../../services/conversations/mySettings'

export default defineApi('mySettings', { body: pinOrderInput }, async ({ event, user, body }) => {
  await orderPins(user.userId, body.conversationIds)
  return sendNoContent(event, 204)
})
