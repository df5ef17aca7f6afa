import { defineEventHandler } from 'h3'

/** Routes HEAD requests for files as GET, which Nitro's router does not do. Node leaves out the body. */
export default defineEventHandler((event) => {
  if (event.method !== 'HEAD' || !event.path.startsWith('/api/files/')) return
  event.context.withoutBytes = true
  event._method = 'GET'
})
