import { reactionParams } from '#shared/schemas/message'
import { unsetReaction } from '../../../../../../services/messages/react'

export default defineApi('changeMessage', { params: reactionParams }, async ({ user, params }) => ({
  message: await unsetReaction(user.userId, { conversationId: params.id, messageId: params.messageId }, params.emoji),
}))
