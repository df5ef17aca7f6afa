import { sendNoContent } from 'h3'
import { messageParams } from '#shared/schemas/message'
import { deleteMessage } from '../../../../services/messages/remove'

export default defineApi('changeMessage', { params: messageParams }, async ({ event, user, params }) => {
  await deleteMessage(user.userId, { conversationId: params.id, messageId: params.messageId })
  return sendNoContent(event, 204)
})
