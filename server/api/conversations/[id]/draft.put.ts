import { sendNoContent } from 'h3'
import { conversationParams, draftInput } from '#shared/schemas/conversation'
import { changeDraft } from '../../../services/conversations/changeDraft'

export default defineApi(
  'draft',
  { params: conversationParams, body: draftInput },
  async ({ event, user, params, body }) => {
    await changeDraft(user.userId, params.id, body)
    return sendNoContent(event, 204)
  },
)
