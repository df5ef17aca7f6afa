import { conversationsQuery } from '#shared/schemas/conversation'
import { listConversations } from '../../services/conversations/list'

export default defineApi('sync', { query: conversationsQuery }, ({ user, query }) =>
  listConversations(user.userId, query.after),
)
