import { userParams } from '#shared/schemas/account'
import { getPerson } from '../../services/people/find'

export default defineApi('read', { params: userParams }, async ({ params }) => ({ user: await getPerson(params.id) }))
