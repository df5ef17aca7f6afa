import { adminParams } from '#shared/schemas/admin'
import { candidatesFor } from '../../../../services/administration/groups'

export default defineAdminApi('view', { params: adminParams }, async ({ params }) => ({
  users: await candidatesFor(params.id),
}))
