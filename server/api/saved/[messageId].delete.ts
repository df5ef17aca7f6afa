import { sendNoContent } from 'h3'
import { savedParams } from '#shared/schemas/message'
import { unsaveMessage } from '../../services/messages/saved'

export default defineApi('mySettings', { params: savedParams }, async ({ event, user, params }) => {
  await unsaveMessage(user.userId, params.messageId)
  return sendNoContent(event, 204)
})
