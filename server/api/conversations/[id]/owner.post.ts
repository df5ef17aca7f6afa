import { conversationParams } from '#shared/schemas/conversation'
import { ownerInput } from '#shared/schemas/group'
import { handOver } from '../../../services/groups/handOver'

export default defineApi(
  'changeGroup',
  { params: conversationParams, body: ownerInput },
  async ({ user, params, body }) => ({
    conversation: await handOver(user.userId, params.id, body.userId),
  }),
)
