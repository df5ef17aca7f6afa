import { changeScheduledInput, scheduledParams } from '#shared/schemas/scheduled'
import { rescheduleMessage } from '../../services/scheduled/schedule'

export default defineApi(
  'schedule',
  { params: scheduledParams, body: changeScheduledInput },
  async ({ user, params, body }) => ({ scheduled: await rescheduleMessage(user.userId, params.id, body) }),
)
