import { adminGroupsQuery } from '#shared/schemas/admin'
import { listGroups } from '../../../services/administration/groups'

export default defineAdminApi('view', { query: adminGroupsQuery }, ({ query }) => listGroups(query))
