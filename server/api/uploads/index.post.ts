import { setResponseStatus } from 'h3'
import { createUploadInput } from '#shared/schemas/upload'
import { createUpload } from '../../services/files/create'

export default defineApi('uploadStep', { body: createUploadInput }, async ({ event, user, body }) => {
  const upload = await createUpload(user.userId, body)
  holdsSecret(event)
  setResponseStatus(event, 201)
  return { upload }
})
