import { conversationParams } from '#shared/schemas/conversation'
import { messagesQuery } from '#shared/schemas/message'
import { readPins } from '../../../../services/messages/pins'

export default defineApi('page', { params: conversationParams, query: messagesQuery }, ({ user, params, query }) =>
  readPins(user.userId, params.id, query),
)
