import { inviteTokenParams } from '#shared/schemas/group'
import { readInvitePicture } from '../../../services/groups/invites'

export default definePublicApi({ params: inviteTokenParams }, async ({ event, params }) =>
  sendFile(event, await readInvitePicture(params.token)),
)
