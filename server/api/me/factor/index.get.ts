import { getFactor } from '../../../services/factors/setUp'

export default defineApi('read', {}, async ({ user }) => ({ factor: await getFactor(user.userId) }))
