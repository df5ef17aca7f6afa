import { sendNoContent } from 'h3'
import { messageParams } from '#shared/schemas/message'
import { followThread } from '../../../../../services/messages/follows'

export default defineApi('mySettings', { params: messageParams }, async ({ event, user, params }) => {
  await followThread(user.userId, { conversationId: params.id, messageId: params.messageId }, false)
  return sendNoContent(event, 204)
})
