import { setResponseStatus } from 'h3'
import { forwardInput } from '#shared/schemas/message'
import { forwardMessages } from '../../services/messages/forward'

export default defineApi('send', { body: forwardInput }, async ({ event, user, pay, body }) => {
  await pay('send', body.messageIds.length * body.to.length - 1)
  const { messages, isNew } = await forwardMessages(user.userId, body)
  setResponseStatus(event, isNew ? 201 : 200)
  return { messages }
})
