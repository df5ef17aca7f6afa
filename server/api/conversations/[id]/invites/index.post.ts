import { setResponseStatus } from 'h3'
import { conversationParams } from '#shared/schemas/conversation'
import { createInviteInput } from '#shared/schemas/group'
import { createInvite } from '../../../../services/groups/invites'

export default defineApi(
  'invite',
  { params: conversationParams, body: createInviteInput },
  async ({ event, user, params, body }) => {
    const invite = await createInvite(user.userId, params.id, body, publicOriginOf(event))
    holdsSecret(event)
    setResponseStatus(event, 201)
    return { invite }
  },
)
