import { listSessions } from '../../../services/accounts/listSessions'

export default defineApi('read', {}, async ({ user }) => ({
  sessions: await listSessions(user.userId, user.sessionId),
}))
