import { sendNoContent } from 'h3'
import { memberParams } from '#shared/schemas/group'
import { banPerson } from '../../../../services/groups/bans'

export default defineApi('moderate', { params: memberParams }, async ({ event, user, params }) => {
  await banPerson(user.userId, params.id, params.userId)
  return sendNoContent(event, 204)
})
