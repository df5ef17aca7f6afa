import { sendNoContent } from 'h3'
import { adminParams } from '#shared/schemas/admin'
import { closeGroup } from '../../../../services/administration/groups'

export default defineAdminApi('manage', { params: adminParams }, async ({ event, user, params }) => {
  await closeGroup(user.userId, params.id)
  return sendNoContent(event, 204)
})
