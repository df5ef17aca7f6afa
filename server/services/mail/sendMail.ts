import { setTimeout as sleep } from 'node:timers/promises'
import { Turns } from '../../auth/turns'
import { logger } from '../../observability/logger'
import { mailDriver } from './drivers'
import type { Mail, MailDriver } from './types'

/** Milliseconds before each further attempt. */
const RETRY_DELAYS_MS = [2_000, 15_000, 60_000, 300_000]
/** The most mails that are sent or wait for another attempt, and the most connections to the mail server. */
const MAX_UNDER_WAY = 1_000
const MAX_CONNECTIONS = 2

/** What mail servers and nodemailer say of a failure. Everything else in it can contain addresses and texts. */
interface MailError {
  code?: unknown
  responseCode?: unknown
}

/** A mail, and what it is about, for the log. */
export interface OutgoingMail extends Mail {
  kind: string
}

/** Sends mails in the background, a few at once, and tries again when that can help. */
export class Mailer {
  private underWay = 0
  private readonly turns = new Turns({ width: MAX_CONNECTIONS, waiting: MAX_UNDER_WAY })

  constructor(
    private readonly driver: MailDriver,
    private readonly bounds = { maxUnderWay: MAX_UNDER_WAY, retryDelaysMs: RETRY_DELAYS_MS },
  ) {}

  /** Whether mails leave this server, or are shown in development. */
  get isOn(): boolean {
    return this.driver.kind !== 'off'
  }

  /** Sends a mail soon. It returns at once and never throws. Only the log says that a mail could not be sent. */
  send({ kind, ...mail }: OutgoingMail): void {
    if (!this.isOn) return logger.info({ mail: kind }, 'a mail was not sent: SMTP_URL is not set')
    if (this.underWay >= this.bounds.maxUnderWay)
      return logger.error({ mail: kind }, 'a mail was dropped: too many wait')
    this.underWay++
    void this.deliver(kind, mail).finally(() => this.underWay--)
  }

  private async deliver(kind: string, mail: Mail): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        await this.turns.run('mail', () => this.driver.send(mail))
        return logger.info({ mail: kind, driver: this.driver.kind }, 'a mail was sent')
      } catch (error) {
        const { code, responseCode } = error as MailError
        const delay = isFinal(responseCode) ? undefined : this.bounds.retryDelaysMs[attempt]
        const facts = { mail: kind, code, responseCode, attempt: attempt + 1 }
        if (delay === undefined) return logger.error(facts, 'a mail could not be sent')
        logger.warn(facts, 'a mail is sent again later')
        await sleep(delay, undefined, { ref: false })
      }
    }
  }
}

/** Whether the mail server has refused for good: an answer of 500 and above (RFC 5321, section 4.2.1). */
function isFinal(responseCode: unknown): boolean {
  return typeof responseCode === 'number' && responseCode >= 500
}

const mailer = new Mailer(mailDriver)

/** Whether this server sends mail. If it does not, what needs mail says that it is off. */
export const canSendMail = (): boolean => mailer.isOn

/**
 * Sends a mail soon. It returns at once and never throws. A mail that could not be sent is tried again for six minutes, and
 * then is only in the log, without its text and address. What is under way when the process ends is lost.
 */
export function sendMail(mail: OutgoingMail): void {
  mailer.send(mail)
}
