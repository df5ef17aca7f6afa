import { completeUploadInput, uploadParams } from '#shared/schemas/upload'
import { completeUpload } from '../../../services/files/complete'

export default defineApi(
  'uploadStep',
  { params: uploadParams, body: completeUploadInput },
  async ({ user, params, body }) => ({
    upload: await completeUpload(user.userId, params.id, body),
  }),
)
