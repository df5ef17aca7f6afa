import { signPartsInput, uploadParams } from '#shared/schemas/upload'
import { signParts } from '../../../services/files/create'

export default defineApi({ params: uploadParams, body: signPartsInput }, async ({ user, params, body }) => ({
  upload: await signParts(user.userId, params.id, body.numbers),
}))
