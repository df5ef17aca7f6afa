import { syncInput } from '#shared/schemas/sync'
import { changesSince } from '../services/sync/changesSince'

export default defineApi('sync', { body: syncInput }, ({ user, body }) => changesSince(user.userId, body))
