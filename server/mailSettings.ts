import { z } from 'zod'

/** How mail leaves this server. */
export interface MailSettings {
  /** The mail server: smtp:// or smtps://, with name and password if it wants them. */
  smtpUrl: string
  from: { name: string; address: string }
}

/** `Name <address>`, or an address alone. */
const SENDER =
  /^(?:"?(?<name>[^"<>\p{Cc}]{1,64}?)"? *<(?<named>[^\s<>@,;"]+@[^\s<>@,;"]+)>|(?<bare>[^\s<>@,;"]+@[^\s<>@,;"]+))$/u

const sender = z.string().transform((text, context): MailSettings['from'] => {
  const { name, named, bare } = SENDER.exec(text.trim())?.groups ?? {}
  const address = named ?? bare
  if (address) return { name: name ?? 'WebChat', address }
  context.addIssue('must be an address, such as chat@example.com or WebChat <chat@example.com>')
  return z.NEVER
})

const smtpUrl = z
  .url({ protocol: /^smtps?$/, error: 'must be an smtp:// or smtps:// address' })
  .refine((address) => !URL.canParse(address) || new URL(address).hostname !== '', 'must name a host')

/** The settings of mail in the environment. */
export const mailFields = { SMTP_URL: smtpUrl.optional(), MAIL_FROM: sender.optional() }

/**
 * The settings of mail, together. Undefined: there is no mail server.
 * @param env `APP_URL` gives the sender's domain if `MAIL_FROM` does not
 */
export function mailSettings(env: {
  SMTP_URL?: string
  MAIL_FROM?: MailSettings['from']
  APP_URL?: string
}): MailSettings | undefined {
  if (!env.SMTP_URL) return undefined
  const domain = env.APP_URL ? new URL(env.APP_URL).hostname : 'localhost'
  return { smtpUrl: env.SMTP_URL, from: env.MAIL_FROM ?? { name: 'WebChat', address: `webchat@${domain}` } }
}
