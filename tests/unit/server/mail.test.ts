import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { parseConfig } from '../../../server/config'
import { smtpDriver } from '../../../server/services/mail/drivers'
import { keepInOutbox, outboxPage } from '../../../server/services/mail/outbox'
import { Mailer } from '../../../server/services/mail/sendMail'
import { MailServer } from '../../support/mailServer'

let server: MailServer
let count = 0

beforeAll(async () => {
  server = await MailServer.start({ user: 'chat', pass: 'secret' })
})
afterAll(() => server.stop())
beforeEach(() => {
  server.attempts = 0
})

function newMailer(bounds = { maxUnderWay: 10, retryDelaysMs: [1, 1] }, smtpUrl = server.url): Mailer {
  return new Mailer(smtpDriver(parseConfig({ SMTP_URL: smtpUrl, MAIL_FROM: 'Chat <chat@example.com>' }).mail!), bounds)
}

const mail = (fields: object = {}) => ({
  kind: 'test',
  to: `someone${++count}@example.org`,
  subject: 'Đặt lại mật khẩu',
  text: 'Chào bạn,\n\n.\nhttps://chat.example.com/reset#abc=def',
  ...fields,
})

describe('a mail', () => {
  it('is handed to the mail server, with its text unchanged in every language', async () => {
    const sent = mail()
    newMailer().send(sent)
    const received = await server.next(sent.to)
    expect(received).toMatchObject({ from: 'chat@example.com', to: [sent.to], subject: sent.subject, text: sent.text })
    expect(received.head).toContain('From: Chat <chat@example.com>')
  })

  it('is sent again after a refusal that may pass', async () => {
    server.refusals.push(451, 451)
    const sent = mail()
    newMailer().send(sent)
    await server.next(sent.to)
    expect(server.attempts).toBe(3)
  })

  it('is given up after a refusal for good, and after the last attempt', async () => {
    server.refusals.push(550)
    const mailer = newMailer()
    mailer.send(mail())
    await server.nextRefusal()
    server.refusals.push(451, 451, 451)
    mailer.send(mail())
    await server.nextRefusal()
    await server.nextRefusal()
    await server.nextRefusal()
    // A later mail shows that the mailer goes on, and that nothing of the others came.
    const last = mail()
    mailer.send(last)
    await server.next(last.to)
    expect(server.attempts).toBe(5)
    expect(server.mails).toEqual([])
  })

  it('is dropped when too many are under way, and there is space again afterwards', async () => {
    const mailer = newMailer({ maxUnderWay: 2, retryDelaysMs: [] })
    const mails = [mail(), mail(), mail()]
    for (const each of mails) mailer.send(each)
    await Promise.all([server.next(mails[0]!.to), server.next(mails[1]!.to)])
    expect(server.attempts).toBe(2)
  })

  it.each([
    ['subject', { subject: 'Hello\r\nBcc: eve@example.org\r\n\r\nA body' }],
    ['text', { text: '\r\nBcc: eve@example.org' }],
  ])('has one receiver and one head, whatever its %s is', async (_part, fields) => {
    const sent = mail(fields)
    newMailer().send(sent)
    const received = await server.next(sent.to)
    expect(received.to).toEqual([sent.to])
    expect(received.head.filter((line) => /^bcc:/i.test(line))).toEqual([])
  })

  it('goes to nobody else, if an address is a list or has a line of its own', async () => {
    const mailer = newMailer({ maxUnderWay: 10, retryDelaysMs: [] })
    mailer.send(mail({ to: 'ann@example.org, eve@example.org' }))
    mailer.send(mail({ to: 'ann@example.org\r\nRCPT TO:<eve@example.org>' }))
    mailer.send(mail({ to: 'ann@example.org>\r\nRCPT TO:<eve@example.org' }))
    const last = mail()
    mailer.send(last)
    await server.next(last.to)
    expect(server.mails.filter(({ to }) => to.includes('eve@example.org'))).toEqual([])
  })
})

describe('the settings of mail', () => {
  it('are absent without a mail server', () => {
    expect(parseConfig({ MAIL_FROM: 'chat@example.com' }).mail).toBeUndefined()
  })

  it.each([
    ['chat@example.com', { name: 'WebChat', address: 'chat@example.com' }],
    ['Our chat <chat@example.com>', { name: 'Our chat', address: 'chat@example.com' }],
    ['"Our, chat" <chat@example.com>', { name: 'Our, chat', address: 'chat@example.com' }],
  ])('take %s as the sender', (text, from) => {
    expect(parseConfig({ SMTP_URL: 'smtp://localhost', MAIL_FROM: text }).mail!.from).toEqual(from)
  })

  it('have a sender of their own', () => {
    const environment = { SMTP_URL: 'smtps://mail.example.com', APP_URL: 'https://chat.example.com' }
    expect(parseConfig(environment).mail!.from.address).toBe('webchat@chat.example.com')
  })

  it.each([
    ['SMTP_URL', { SMTP_URL: 'mail.example.com' }],
    ['SMTP_URL', { SMTP_URL: 'https://mail.example.com' }],
    ['SMTP_URL', { SMTP_URL: 'smtp://' }],
    ['MAIL_FROM', { SMTP_URL: 'smtp://localhost', MAIL_FROM: 'nobody' }],
    ['MAIL_FROM', { SMTP_URL: 'smtp://localhost', MAIL_FROM: 'a@example.com, b@example.com' }],
    ['MAIL_FROM', { SMTP_URL: 'smtp://localhost', MAIL_FROM: 'Chat\nBcc: x <a@example.com>' }],
  ])('stop the start if %s is wrong: %j', (name, environment) => {
    expect(() => parseConfig(environment)).toThrow(new RegExp(`^WebChat cannot start.*${name}: `))
  })
})

it('the outbox of development shows mails as text, the newest first, and their links as links', () => {
  keepInOutbox(mail({ subject: 'first', text: '<script>alert(1)</script>' }))
  keepInOutbox(mail({ subject: 'second', text: 'https://chat.example.com/reset#a"b' }))
  const page = outboxPage()
  expect(page.indexOf('second')).toBeLessThan(page.indexOf('first'))
  expect(page).not.toContain('<script')
  expect(page).toContain('<a href="https://chat.example.com/reset#a&quot;b">')
})
