import { conversationParams } from '#shared/schemas/conversation'
import { addMembersInput } from '#shared/schemas/group'
import { addMembers } from '../../../../services/groups/addMembers'

export default defineApi(
  'moderate',
  { params: conversationParams, body: addMembersInput },
  async ({ user, pay, params, body }) => {
    await pay('addPeople', body.userIds.length)
    return { members: await addMembers(user.userId, params.id, body.userIds) }
  },
)
