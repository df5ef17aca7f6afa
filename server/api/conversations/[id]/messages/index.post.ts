import { setResponseStatus } from 'h3'
import { conversationParams } from '#shared/schemas/conversation'
import { sendInput } from '#shared/schemas/message'
import { sendMessage } from '../../../../services/messages/send'

export default defineApi(
  'send',
  { params: conversationParams, body: sendInput },
  async ({ event, user, params, body }) => {
    const { message, created } = await sendMessage(user.userId, params.id, body)
    setResponseStatus(event, created ? 201 : 200)
    return { message }
  },
)
