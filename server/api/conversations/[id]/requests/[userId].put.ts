import { sendNoContent } from 'h3'
import { memberParams } from '#shared/schemas/group'
import { approveJoinRequest } from '../../../../services/groups/join'

export default defineApi('moderate', { params: memberParams }, async ({ event, user, params }) => {
  await approveJoinRequest(user.userId, params.id, params.userId)
  return sendNoContent(event, 204)
})
