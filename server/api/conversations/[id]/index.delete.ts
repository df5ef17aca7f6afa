import { sendNoContent } from 'h3'
import { conversationParams } from '#shared/schemas/conversation'
import { deleteGroup } from '../../../services/groups/delete'

export default defineApi('changeGroup', { params: conversationParams }, async ({ event, user, params }) => {
  await deleteGroup(user.userId, params.id)
  return sendNoContent(event, 204)
})
