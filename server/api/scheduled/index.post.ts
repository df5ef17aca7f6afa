import { setResponseStatus } from 'h3'
import { scheduleInput } from '#shared/schemas/scheduled'
import { scheduleMessage } from '../../services/scheduled/schedule'

export default defineApi('schedule', { body: scheduleInput }, async ({ event, user, body }) => {
  const { scheduled, created } = await scheduleMessage(user.userId, body)
  setResponseStatus(event, created ? 201 : 200)
  return { scheduled }
})
