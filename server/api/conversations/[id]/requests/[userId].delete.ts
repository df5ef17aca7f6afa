import { sendNoContent } from 'h3'
import { memberParams } from '#shared/schemas/group'
import { refuseJoinRequest } from '../../../../services/groups/join'

export default defineApi('moderate', { params: memberParams }, async ({ event, user, params }) => {
  await refuseJoinRequest(user.userId, params.id, params.userId)
  return sendNoContent(event, 204)
})
