import { setResponseStatus } from 'h3'
import { userParams } from '#shared/schemas/account'
import { handOutResetLink } from '../../../../services/administration/resetLink'

export default defineAdminApi('manage', { params: userParams }, async ({ event, user, params }) => {
  const link = await handOutResetLink(user.userId, params.id, publicOriginOf(event))
  holdsSecret(event)
  setResponseStatus(event, 201)
  return { link }
})
