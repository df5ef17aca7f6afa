import { sendNoContent } from 'h3'
import { adminParams } from '#shared/schemas/admin'
import { endSessionsOf } from '../../../../services/administration/people'

export default defineAdminApi('manage', { params: adminParams }, async ({ event, user, params }) => {
  await endSessionsOf(user.userId, params.id)
  return sendNoContent(event, 204)
})
