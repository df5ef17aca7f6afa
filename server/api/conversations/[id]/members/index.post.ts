import { conversationParams } from '#shared/schemas/conversation'
import { addMembersInput } from '#shared/schemas/group'
import { addMembers } from '../../../../services/groups/addMembers'

export default defineApi({ params: conversationParams, body: addMembersInput }, async ({ user, params, body }) => ({
  members: await addMembers(user.userId, params.id, body.userIds),
}))
