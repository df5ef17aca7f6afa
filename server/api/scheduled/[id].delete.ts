import { sendNoContent } from 'h3'
import { scheduledParams } from '#shared/schemas/scheduled'
import { cancelScheduled } from '../../services/scheduled/schedule'

export default defineApi('schedule', { params: scheduledParams }, async ({ event, user, params }) => {
  await cancelScheduled(user.userId, params.id)
  return sendNoContent(event, 204)
})
