import { conversationParams } from '#shared/schemas/conversation'
import { auditQuery } from '#shared/schemas/group'
import { readAudit } from '../../../services/groups/audit'

export default defineApi(
  'read',
  { params: conversationParams, query: auditQuery },
  async ({ user, params, query }) => ({
    entries: await readAudit(user.userId, params.id, query),
  }),
)
