import { adminPeopleQuery } from '#shared/schemas/admin'
import { listPeople } from '../../../services/administration/people'

export default defineAdminApi('view', { query: adminPeopleQuery }, ({ query }) => listPeople(query))
