import { sendNoContent } from 'h3'
import { userParams } from '#shared/schemas/account'
import { resetFactor } from '../../../../services/factors/reset'

export default defineAdminApi('manage', { params: userParams }, async ({ event, user, params }) => {
  await resetFactor(user.userId, params.id)
  return sendNoContent(event, 204)
})
