import { fileParams } from '#shared/schemas/upload'
import { readFile } from '../../../services/files/read'

export default defineApi({ params: fileParams }, async ({ event, user, params }) =>
  sendFile(event, await readFile(user.userId, params.uploadId, 'original')),
)
