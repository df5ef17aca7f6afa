import { listConversations } from '../../services/conversations/list'

export default defineApi({}, async ({ user }) => ({ conversations: await listConversations(user.userId) }))
