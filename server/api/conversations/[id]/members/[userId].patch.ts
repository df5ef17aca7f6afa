import { changeMemberInput, memberParams } from '#shared/schemas/group'
import { changeMember } from '../../../../services/groups/changeMember'

export default defineApi(
  'moderate',
  { params: memberParams, body: changeMemberInput },
  async ({ user, params, body }) => ({
    member: await changeMember(user.userId, params.id, params.userId, body),
  }),
)
