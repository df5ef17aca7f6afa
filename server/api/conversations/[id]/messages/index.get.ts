import { conversationParams } from '#shared/schemas/conversation'
import { historyQuery } from '#shared/schemas/message'
import { readHistory } from '../../../../services/messages/history'

export default defineApi('page', { params: conversationParams, query: historyQuery }, ({ user, params, query }) =>
  readHistory(user.userId, params.id, query),
)
