import { searchQuery } from '#shared/schemas/search'
import { searchMessages } from '../services/search/search'

export default defineApi('search', { query: searchQuery }, ({ user, query }) => searchMessages(user.userId, query))
