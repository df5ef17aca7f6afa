import { defineEventHandler, setResponseHeader } from 'h3'
import { outboxPage } from '../services/mail/outbox'

/** Shows, in development only, the mails that a server with SMTP_URL would send. nuxt.config.ts adds this route. */
export default defineEventHandler((event) => {
  setResponseHeader(event, 'Content-Type', 'text/html; charset=utf-8')
  return outboxPage()
})
