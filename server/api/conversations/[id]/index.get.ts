import { conversationParams } from '#shared/schemas/conversation'
import { getConversation, listMembers } from '../../../services/conversations/get'

export default defineApi('members', { params: conversationParams }, async ({ user, params }) => {
  const [conversation, members] = await Promise.all([
    getConversation(user.userId, params.id),
    listMembers(user.userId, params.id),
  ])
  return { conversation, members }
})
