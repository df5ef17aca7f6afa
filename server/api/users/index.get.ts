import { userSearchQuery } from '#shared/schemas/account'
import { searchPeople } from '../../services/people/find'

export default defineApi('directory', { query: userSearchQuery }, async ({ user, query }) => ({
  users: await searchPeople(user.userId, query.q, query.limit),
}))
