import { inviteTokenParams } from '#shared/schemas/group'
import { readInvitePicture } from '../../../services/groups/invites'

export default definePublicApi('preview', { params: inviteTokenParams }, async ({ event, params }) =>
  sendFile(event, await readInvitePicture(params.token)),
)
