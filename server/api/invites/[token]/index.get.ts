import { inviteTokenParams } from '#shared/schemas/group'
import { previewInvite } from '../../../services/groups/invites'

export default definePublicApi('preview', { params: inviteTokenParams }, async ({ params }) => ({
  invite: await previewInvite(params.token),
}))
