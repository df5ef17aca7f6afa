import { conversationParams } from '#shared/schemas/conversation'
import { sharedQuery } from '#shared/schemas/message'
import { readShared } from '../../../services/messages/shared'

export default defineApi('page', { params: conversationParams, query: sharedQuery }, ({ user, params, query }) =>
  readShared(user.userId, params.id, query),
)
