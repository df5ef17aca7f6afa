import { sendNoContent } from 'h3'
import { memberParams } from '#shared/schemas/group'
import { removeMember } from '../../../../services/groups/removeMember'

export default defineApi('moderate', { params: memberParams }, async ({ event, user, params }) => {
  await removeMember(user.userId, params.id, params.userId)
  return sendNoContent(event, 204)
})
