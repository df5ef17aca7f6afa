import { messageParams } from '#shared/schemas/message'
import { markListened } from '../../../../../services/messages/markListened'

export default defineApi('changeMessage', { params: messageParams }, async ({ user, params }) => ({
  message: await markListened(user.userId, { conversationId: params.id, messageId: params.messageId }),
}))
