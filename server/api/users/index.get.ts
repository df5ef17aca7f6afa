import { userSearchQuery } from '#shared/schemas/account'
import { searchPeople } from '../../services/people/find'

export default defineApi('directory', { query: userSearchQuery }, async ({ query }) => ({
  users: await searchPeople(query.q, query.limit),
}))
