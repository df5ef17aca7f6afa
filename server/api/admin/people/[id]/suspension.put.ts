import { sendNoContent } from 'h3'
import { adminParams } from '#shared/schemas/admin'
import { suspend } from '../../../../services/administration/suspend'

export default defineAdminApi('manage', { params: adminParams }, async ({ event, user, params }) => {
  await suspend(user.userId, params.id)
  return sendNoContent(event, 204)
})
