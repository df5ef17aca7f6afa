import { sendNoContent } from 'h3'
import { savedParams } from '#shared/schemas/message'
import { saveMessage } from '../../services/messages/saved'

export default defineApi('mySettings', { params: savedParams }, async ({ event, user, params }) => {
  await saveMessage(user.userId, params.messageId)
  return sendNoContent(event, 204)
})
