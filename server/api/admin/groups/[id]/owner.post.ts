import { sendNoContent } from 'h3'
import { adminParams } from '#shared/schemas/admin'
import { ownerInput } from '#shared/schemas/group'
import { adoptGroup } from '../../../../services/administration/groups'

export default defineAdminApi(
  'manage',
  { params: adminParams, body: ownerInput },
  async ({ event, user, params, body }) => {
    await adoptGroup(user.userId, params.id, body.userId)
    return sendNoContent(event, 204)
  },
)
