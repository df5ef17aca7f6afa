import { serverAuditQuery } from '#shared/schemas/admin'
import { readServerAudit } from '../../services/administration/audit'

export default defineAdminApi('view', { query: serverAuditQuery }, async ({ query }) => ({
  entries: await readServerAudit(query),
}))
