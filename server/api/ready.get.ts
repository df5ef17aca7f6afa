import { setResponseStatus } from 'h3'
import { readiness } from '../services/readiness'

export default definePublicApi('check', {}, async ({ event }) => {
  const state = await readiness()
  if (!state.ready) setResponseStatus(event, 503)
  return state
})
