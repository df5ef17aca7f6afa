import { fileParams, fileQuery } from '#shared/schemas/upload'
import { readFile } from '../../../services/files/read'

export default defineApi('file', { params: fileParams, query: fileQuery }, async ({ event, user, params, query }) =>
  sendFile(event, await readFile(user.userId, params.uploadId, 'original', query.download !== undefined)),
)
