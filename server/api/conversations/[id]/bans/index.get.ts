import { conversationParams } from '#shared/schemas/conversation'
import { listBans } from '../../../../services/groups/bans'

export default defineApi('read', { params: conversationParams }, async ({ user, params }) => ({
  bans: await listBans(user.userId, params.id),
}))
