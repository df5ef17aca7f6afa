import { getSelf } from '../../services/accounts/profile'

export default defineApi({}, async ({ user }) => ({ user: await getSelf(user.userId) }))
