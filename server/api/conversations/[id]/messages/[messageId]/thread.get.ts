import { messageParams, threadQuery } from '#shared/schemas/message'
import { readThread } from '../../../../../services/messages/threads'

export default defineApi('page', { params: messageParams, query: threadQuery }, ({ user, params, query }) =>
  readThread(user.userId, { conversationId: params.id, messageId: params.messageId }, query),
)
