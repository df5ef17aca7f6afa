import { sendNoContent } from 'h3'
import { memberParams } from '#shared/schemas/group'
import { unbanPerson } from '../../../../services/groups/bans'

export default defineApi('moderate', { params: memberParams }, async ({ event, user, params }) => {
  await unbanPerson(user.userId, params.id, params.userId)
  return sendNoContent(event, 204)
})
