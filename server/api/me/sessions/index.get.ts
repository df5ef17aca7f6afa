import { listSessions } from '../../../services/accounts/listSessions'

export default defineApi({}, async ({ user }) => ({ sessions: await listSessions(user.userId, user.sessionId) }))
