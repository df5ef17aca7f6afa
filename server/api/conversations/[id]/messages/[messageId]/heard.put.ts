import { sendNoContent } from 'h3'
import { messageParams } from '#shared/schemas/message'
import { markListened } from '../../../../../services/messages/markListened'

export default defineApi('changeMessage', { params: messageParams }, async ({ event, user, params }) => {
  await markListened(user.userId, { conversationId: params.id, messageId: params.messageId })
  return sendNoContent(event, 204)
})
