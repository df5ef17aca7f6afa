import { editInput, messageParams } from '#shared/schemas/message'
import { editMessage } from '../../../../services/messages/edit'

export default defineApi(
  'changeMessage',
  { params: messageParams, body: editInput },
  async ({ user, params, body }) => ({
    message: await editMessage(user.userId, { conversationId: params.id, messageId: params.messageId }, body.text),
  }),
)
