import { sendNoContent } from 'h3'
import { uploadParams } from '#shared/schemas/upload'
import { cancelUpload } from '../../../services/files/remove'

export default defineApi('uploadStep', { params: uploadParams }, async ({ event, user, params }) => {
  await cancelUpload(user.userId, params.id)
  return sendNoContent(event, 204)
})
