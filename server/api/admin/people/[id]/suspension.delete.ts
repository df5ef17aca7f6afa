import { sendNoContent } from 'h3'
import { adminParams } from '#shared/schemas/admin'
import { restore } from '../../../../services/administration/suspend'

export default defineAdminApi('manage', { params: adminParams }, async ({ event, user, params }) => {
  await restore(user.userId, params.id)
  return sendNoContent(event, 204)
})
