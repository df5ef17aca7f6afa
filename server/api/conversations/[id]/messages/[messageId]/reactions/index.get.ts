import { messageParams, reactorsQuery } from '#shared/schemas/message'
import { readReactors } from '../../../../../../services/messages/react'

export default defineApi('members', { params: messageParams, query: reactorsQuery }, ({ user, params, query }) =>
  readReactors(user.userId, { conversationId: params.id, messageId: params.messageId }, query),
)
