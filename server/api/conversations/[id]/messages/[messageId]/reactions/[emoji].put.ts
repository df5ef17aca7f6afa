import { reactionParams } from '#shared/schemas/message'
import { setReaction } from '../../../../../../services/messages/react'

export default defineApi('changeMessage', { params: reactionParams }, async ({ user, params }) => ({
  message: await setReaction(user.userId, { conversationId: params.id, messageId: params.messageId }, params.emoji),
}))
