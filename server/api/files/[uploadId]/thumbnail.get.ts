import { fileParams, thumbnailQuery } from '#shared/schemas/upload'
import { readFile } from '../../../services/files/read'

export default defineApi(
  'file',
  { params: fileParams, query: thumbnailQuery },
  async ({ event, user, params, query }) => sendFile(event, await readFile(user.userId, params.uploadId, query.size)),
)
