import { conversationParams } from '#shared/schemas/conversation'
import { listJoinRequests } from '../../../../services/groups/join'

export default defineApi('read', { params: conversationParams }, async ({ user, params }) => ({
  requests: await listJoinRequests(user.userId, params.id),
}))
