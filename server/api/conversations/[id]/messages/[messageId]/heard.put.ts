import { messageParams } from '#shared/schemas/message'
import { hearMessage } from '../../../../../services/messages/hear'

export default defineApi('changeMessage', { params: messageParams }, async ({ user, params }) => ({
  message: await hearMessage(user.userId, { conversationId: params.id, messageId: params.messageId }),
}))
