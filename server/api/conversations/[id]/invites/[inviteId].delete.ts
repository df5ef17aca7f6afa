import { sendNoContent } from 'h3'
import { inviteParams } from '#shared/schemas/group'
import { revokeInvite } from '../../../../services/groups/invites'

export default defineApi('moderate', { params: inviteParams }, async ({ event, user, params }) => {
  await revokeInvite(user.userId, params.id, params.inviteId)
  return sendNoContent(event, 204)
})
