import { setResponseStatus } from 'h3'
import { createConversationInput } from '#shared/schemas/conversation'
import { startDirect } from '../../services/conversations/startDirect'

export default defineApi({ body: createConversationInput }, async ({ event, user, body }) => {
  const { conversation, created } = await startDirect(user.userId, body.userId)
  setResponseStatus(event, created ? 201 : 200)
  return { conversation }
})
