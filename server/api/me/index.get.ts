import { getSelf } from '../../services/accounts/profile'

export default defineApi('read', {}, async ({ user }) => ({ user: await getSelf(user.userId) }))
