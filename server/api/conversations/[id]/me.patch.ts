import { conversationParams, mySettingsInput } from '#shared/schemas/conversation'
import { changeMySettings } from '../../../services/conversations/mySettings'

export default defineApi(
  'mySettings',
  { params: conversationParams, body: mySettingsInput },
  async ({ user, params, body }) => ({
    conversation: await changeMySettings(user.userId, params.id, body),
  }),
)
