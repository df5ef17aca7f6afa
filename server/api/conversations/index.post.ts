import { setResponseStatus } from 'h3'
import { createConversationInput } from '#shared/schemas/conversation'
import { startDirect } from '../../services/conversations/startDirect'
import { createGroup } from '../../services/groups/create'

export default defineApi('startConversation', { body: createConversationInput }, async ({ event, user, pay, body }) => {
  if (body.kind === 'group') {
    await pay('createGroup', 1)
    await pay('addPeople', body.memberIds.length)
  }
  const { conversation, created } =
    body.kind === 'direct'
      ? await startDirect(user.userId, body.userId)
      : { conversation: await createGroup(user.userId, body), created: true }
  setResponseStatus(event, created ? 201 : 200)
  return { conversation }
})
