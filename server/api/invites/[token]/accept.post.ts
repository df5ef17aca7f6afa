import { setResponseStatus } from 'h3'
import { inviteTokenParams } from '#shared/schemas/group'
import { acceptInvite } from '../../../services/groups/join'

export default defineApi('acceptInvite', { params: inviteTokenParams }, async ({ event, user, params }) => {
  const outcome = await acceptInvite(user.userId, params.token)
  if ('pending' in outcome) setResponseStatus(event, 202)
  return outcome
})
