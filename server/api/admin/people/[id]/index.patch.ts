import { adminParams, changePersonInput } from '#shared/schemas/admin'
import { changePerson } from '../../../../services/administration/people'

export default defineAdminApi(
  'manage',
  { params: adminParams, body: changePersonInput },
  async ({ user, params, body }) => ({ person: await changePerson(user.userId, params.id, body) }),
)
