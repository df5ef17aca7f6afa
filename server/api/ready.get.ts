import { defineEventHandler, setResponseStatus } from 'h3'
import { readiness } from '../services/readiness'

export default defineEventHandler(async (event) => {
  const state = await readiness()
  if (!state.ready) setResponseStatus(event, 503)
  return state
})
