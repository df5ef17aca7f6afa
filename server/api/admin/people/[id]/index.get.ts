import { adminParams } from '#shared/schemas/admin'
import { getAdminPerson } from '../../../../services/administration/people'

export default defineAdminApi('view', { params: adminParams }, async ({ params }) => ({
  person: await getAdminPerson(params.id),
}))
