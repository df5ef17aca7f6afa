import { conversationParams } from '#shared/schemas/conversation'
import { pinsQuery } from '#shared/schemas/message'
import { readPins } from '../../../../services/messages/pins'

export default defineApi('page', { params: conversationParams, query: pinsQuery }, ({ user, params, query }) =>
  readPins(user.userId, params.id, query),
)
