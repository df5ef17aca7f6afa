import { sendNoContent } from 'h3'
import { conversationParams, readInput } from '#shared/schemas/conversation'
import { markRead } from '../../../services/conversations/markRead'

export default defineApi(
  'markRead',
  { params: conversationParams, body: readInput },
  async ({ event, user, params, body }) => {
    await markRead(user.userId, params.id, body.seq)
    return sendNoContent(event, 204)
  },
)
