import { sendNoContent } from 'h3'
import { messageParams } from '#shared/schemas/message'
import { unpinMessage } from '../../../../services/messages/pins'

export default defineApi('changeMessage', { params: messageParams }, async ({ event, user, params }) => {
  await unpinMessage(user.userId, { conversationId: params.id, messageId: params.messageId })
  return sendNoContent(event, 204)
})
