import { conversationParams } from '#shared/schemas/conversation'
import { changeGroupInput } from '#shared/schemas/group'
import { changeGroup } from '../../../services/groups/change'

export default defineApi(
  'changeGroup',
  { params: conversationParams, body: changeGroupInput },
  async ({ user, params, body }) => ({
    conversation: await changeGroup(user.userId, params.id, body),
  }),
)
