import { defineEventHandler } from 'h3'

/** Answers HEAD for files as GET is answered, of which Nitro's router knows nothing; Node leaves the bytes out. */
export default defineEventHandler((event) => {
  if (event.method !== 'HEAD' || !event.path.startsWith('/api/files/')) return
  event.context.withoutBytes = true
  event._method = 'GET'
})
