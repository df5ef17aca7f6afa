import { conversationParams } from '#shared/schemas/conversation'
import { listMembers } from '../../../../services/conversations/get'

export default defineApi('members', { params: conversationParams }, async ({ user, params }) => ({
  members: await listMembers(user.userId, params.id),
}))
