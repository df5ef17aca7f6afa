import { EventEmitter, once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server'

/** A mail as a mail server and its reader get it. */
export interface ReceivedMail {
  from: string
  to: string[]
  /** The lines of its head, unfolded. */
  head: string[]
  subject: string
  text: string
}

/** A mail server of a test. It takes every mail, unless it is told to refuse. */
export class MailServer {
  readonly mails: ReceivedMail[] = []
  /** The answers to the next mails, such as 451. Without one, a mail is taken. */
  readonly refusals: number[] = []
  /** How many mails were handed over, also those that were refused. */
  attempts = 0
  private readonly arrivals = new EventEmitter()
  private readonly server: SMTPServer

  private constructor(readonly login: { user: string; pass: string } | null) {
    this.server = new SMTPServer({
      authOptional: login === null,
      allowInsecureAuth: true,
      // Its certificate would be its own, which a client rightly refuses.
      disabledCommands: ['STARTTLS'],
      onAuth: ({ username, password }, _session, done) =>
        username === login?.user && password === login?.pass ? done(null, { user: username }) : done(new Error('no')),
      onData: async (stream, session, done) => done(await this.take(stream, session)),
    })
  }

  /** @param login the name and the password that it asks for; none: it asks for nothing */
  static async start(login: MailServer['login'] = null): Promise<MailServer> {
    const mailServer = new MailServer(login)
    mailServer.server.listen(0, '127.0.0.1')
    await once(mailServer.server.server, 'listening')
    return mailServer
  }

  get url(): string {
    const { port } = this.server.server.address() as AddressInfo
    return `smtp://${this.login ? `${this.login.user}:${this.login.pass}@` : ''}127.0.0.1:${port}`
  }

  /**
   * Waits for a mail to somebody that no earlier call has given, and takes it out of `mails`.
   * @param part what its text must contain
   */
  async next(to: string, part = ''): Promise<ReceivedMail> {
    for (;;) {
      const index = this.mails.findIndex((mail) => mail.to.includes(to) && mail.text.includes(part))
      if (index !== -1) return this.mails.splice(index, 1)[0]!
      await once(this.arrivals, 'mail')
    }
  }

  /** Waits until a mail was refused. */
  async nextRefusal(): Promise<void> {
    await once(this.arrivals, 'refusal')
  }

  stop(): Promise<void> {
    return new Promise((resolve) => void this.server.close(() => resolve()))
  }

  /** @returns why the mail is refused; null: it is not */
  private async take(stream: SMTPServerDataStream, { envelope }: SMTPServerSession): Promise<Error | null> {
    const chunks: Buffer[] = []
    for await (const chunk of stream) chunks.push(chunk as Buffer)
    this.attempts++
    const responseCode = this.refusals.shift()
    if (responseCode) {
      setImmediate(() => this.arrivals.emit('refusal'))
      return Object.assign(new Error('refused'), { responseCode })
    }
    const from = envelope.mailFrom ? envelope.mailFrom.address : ''
    this.mails.push({
      from,
      to: envelope.rcptTo.map(({ address }) => address),
      ...parse(Buffer.concat(chunks).toString()),
    })
    this.arrivals.emit('mail')
    return null
  }
}

function parse(source: string): Pick<ReceivedMail, 'head' | 'subject' | 'text'> {
  const [head = '', ...body] = source.split('\r\n\r\n')
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n')
  const field = (name: string) =>
    lines.find((line) => line.toLowerCase().startsWith(`${name}: `))?.slice(name.length + 2)
  const text = decode(body.join('\r\n\r\n'), field('content-transfer-encoding') ?? '7bit')
  return { head: lines, subject: decodeWords(field('subject') ?? ''), text: text.replaceAll('\r\n', '\n').trimEnd() }
}

function decode(text: string, encoding: string): string {
  if (encoding === 'base64') return Buffer.from(text, 'base64').toString()
  if (encoding !== 'quoted-printable') return text
  return quotedPrintable(text.replaceAll('=\r\n', ''))
}

function quotedPrintable(text: string): string {
  const binary = text.replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
  return Buffer.from(binary, 'latin1').toString()
}

/** Decodes the words of a head that are not ASCII (RFC 2047). */
function decodeWords(text: string): string {
  return text
    .replaceAll(/\?= +=\?/g, '?==?')
    .replaceAll(/=\?UTF-8\?([QB])\?(.*?)\?=/gi, (_, kind: string, word: string) =>
      kind.toUpperCase() === 'B' ? Buffer.from(word, 'base64').toString() : quotedPrintable(word.replaceAll('_', ' ')),
    )
}
