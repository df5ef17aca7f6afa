import { blocksQuery } from '#shared/schemas/account'
import { listBlocked } from '../../services/people/blocks'

export default defineApi('read', { query: blocksQuery }, ({ user, query }) => listBlocked(user.userId, query))
