import { signPartsInput, uploadParams } from '#shared/schemas/upload'
import { signParts } from '../../../services/files/create'

export default defineApi(
  'uploadStep',
  { params: uploadParams, body: signPartsInput },
  async ({ event, user, params, body }) => {
    holdsSecret(event)
    return { upload: await signParts(user.userId, params.id, body.numbers) }
  },
)
