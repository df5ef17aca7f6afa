import { listScheduled } from '../../services/scheduled/schedule'

export default defineApi('read', {}, async ({ user }) => ({ scheduled: await listScheduled(user.userId) }))
