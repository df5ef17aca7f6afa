import { conversationParams } from '#shared/schemas/conversation'
import { listInvites } from '../../../../services/groups/invites'

export default defineApi('read', { params: conversationParams }, async ({ event, user, params }) => {
  holdsSecret(event)
  return { invites: await listInvites(user.userId, params.id, publicOriginOf(event)) }
})
