import nodemailer from 'nodemailer'
import { config } from '../../config'
import type { MailSettings } from '../../mailSettings'
import { keepInOutbox } from './outbox'
import type { MailDriver } from './types'

/** Milliseconds after which a mail server that does not answer is given up. */
const TIMEOUT_MS = 20_000

/** Sends by SMTP. Each mail has a connection of its own, so none is lost to one that the server has closed. */
export function smtpDriver({ smtpUrl, from }: MailSettings): MailDriver {
  const transport = nodemailer.createTransport({
    url: smtpUrl,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    kind: 'smtp',
    async send({ to, subject, text }) {
      // As an object, an address is never read as a list of several.
      await transport.sendMail({ from, to: { name: '', address: to }, subject, text })
    },
  }
}

/** Keeps mails for /dev/outbox, in development. */
const outboxDriver: MailDriver = { kind: 'outbox', send: async (mail) => keepInOutbox(mail) }

const offDriver: MailDriver = { kind: 'off', send: async () => {} }

/** How this process sends mail. */
export const mailDriver: MailDriver = config.mail ? smtpDriver(config.mail) : import.meta.dev ? outboxDriver : offDriver
