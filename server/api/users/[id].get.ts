import { userParams } from '#shared/schemas/account'
import { getPerson } from '../../services/people/find'

export default defineApi('read', { params: userParams }, async ({ user, params }) => ({
  user: await getPerson(user.userId, params.id),
}))
