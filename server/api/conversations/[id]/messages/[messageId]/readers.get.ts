import { messageParams, messagesQuery } from '#shared/schemas/message'
import { readReaders } from '../../../../../services/messages/readers'

export default defineApi('members', { params: messageParams, query: messagesQuery }, ({ user, params, query }) =>
  readReaders(user.userId, { conversationId: params.id, messageId: params.messageId }, query),
)
