import { ObjectId, type Db } from 'mongodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { codeOf as totpOf, stepAt } from '../../server/auth/totp'
import { fromBase32 } from '../support/base32'
import { MailServer } from '../support/mailServer'
import { startOwnDatabase } from '../support/ownDatabase'
import { newClientId, PASSWORD, Person, register, signIn } from '../support/person'
import { type TestServer } from '../support/server'

const VERIFY = '/api/auth/email/verify'
const ADMIN_EMAIL = 'admin@example.com'

let mailServer: MailServer
let server: TestServer
let database: Db
let stop: () => Promise<void>

beforeAll(async () => {
  mailServer = await MailServer.start()
  const environment = { SMTP_URL: mailServer.url, UNVERIFIED_ACCOUNTS: 'read', ADMIN_EMAIL }
  ;({ server, database, stop } = await startOwnDatabase(environment))
})
afterAll(async () => {
  await stop()
  await mailServer.stop()
})

const mailedToken = async (email: string) => /\/verify#([\w-]{43})\n/.exec((await mailServer.next(email)).text)![1]!
const verify = (token: string) => new Person(server.url).post(VERIFY, { token })
const me = async (person: Person) => (await person.get('/api/me')).body.user
const codeOf = ({ status, body }: { status: number; body: any }) => [status, body?.data?.issues?.[0]?.code]

it('a new person can only read, over HTTP and the socket, until they have opened the link, once', async () => {
  const ann = await register(server.url)
  expect((await me(ann)).emailVerified).toBe(false)
  const socket = await ann.connect()
  const start = () => ann.post('/api/conversations', { kind: 'direct', userId: ann.user.id })
  expect(codeOf(await start())).toEqual([403, 'unverified'])
  const send = (conversationId: string) =>
    socket.request('message.send', { conversationId, clientId: newClientId(), text: 'hello' })
  expect((await send(ann.user.id)).error!.code).toBe('FORBIDDEN')
  expect((await ann.get('/api/conversations')).status).toBe(200)
  const token = await mailedToken(ann.user.email!)
  expect((await verify(token)).status).toBe(204)
  expect(codeOf(await verify(token))).toEqual([422, 'gone'])
  expect(await me(ann)).not.toHaveProperty('emailVerified')
  const chat = (await start()).body.conversation.id
  expect((await send(chat)).ok).toBe(true)
  await socket.close()
})

it('another link can be asked for, and earlier ones still work; a verified person gets none', async () => {
  const ann = await register(server.url)
  const first = await mailedToken(ann.user.email!)
  expect((await ann.post('/api/me/email/verification')).status).toBe(204)
  await mailedToken(ann.user.email!)
  expect((await verify(first)).status).toBe(204)
  expect((await ann.post('/api/me/email/verification')).status).toBe(204)
  // A later mail shows that there is none.
  const bob = await register(server.url)
  await mailedToken(bob.user.email!)
  expect(mailServer.mails).toEqual([])
})

it('a link ends after a day, and does not verify an address that was changed meanwhile', async () => {
  const [ann, bob] = [await register(server.url), await register(server.url)]
  const tokens = [await mailedToken(ann.user.email!), await mailedToken(bob.user.email!)]
  const links = database.collection('accountLinks')
  const userId = new ObjectId(ann.user.id)
  const link = await links.findOne({ userId })
  expect(link!.expiresAt.getTime() - Date.now()).toBeLessThanOrEqual(24 * 3_600_000)
  await links.updateOne({ userId }, { $set: { expiresAt: new Date(Date.now() - 1) } })
  expect(codeOf(await verify(tokens[0]!))).toEqual([422, 'gone'])
  await database.collection('users').updateOne({ _id: new ObjectId(bob.user.id) }, { $set: { email: 'b@example.com' } })
  await verify(tokens[1]!)
  for (const person of [ann, bob]) expect((await me(person)).emailVerified).toBe(false)
})

it('a link of another purpose does nothing, and a new password by a mailed link verifies too', async () => {
  const ann = await register(server.url)
  const token = await mailedToken(ann.user.email!)
  expect(codeOf(await ann.post('/api/auth/password/reset', { token, password: 'a better horse battery' }))).toEqual([
    422,
    'gone',
  ])
  await ann.post('/api/auth/password/forgot', { email: ann.user.email })
  const reset = /\/reset#([\w-]{43})\n/.exec((await mailServer.next(ann.user.email!)).text)![1]!
  expect(codeOf(await verify(reset))).toEqual([422, 'gone'])
  expect(
    (await ann.post('/api/auth/password/reset', { token: reset, password: 'a better horse battery' })).status,
  ).toBe(204)
  const answer = await new Person(server.url).post('/api/auth/login', {
    login: ann.user.username,
    password: 'a better horse battery',
  })
  expect(answer.body.user).not.toHaveProperty('emailVerified')
})

it('an account that was made before there was mail needs no link', async () => {
  const ann = await register(server.url)
  await database.collection('users').updateOne({ _id: new ObjectId(ann.user.id) }, { $unset: { emailVerifiedAt: '' } })
  expect(await me(ann)).not.toHaveProperty('emailVerified')
  expect((await ann.post('/api/conversations', { kind: 'direct', userId: ann.user.id })).status).toBe(201)
})

it('the address of ADMIN_EMAIL administers only after it was verified', async () => {
  const admin = new Person(server.url)
  const fields = { email: ADMIN_EMAIL, username: 'somebody', displayName: 'Somebody', password: PASSWORD }
  expect((await admin.post('/api/auth/register', fields)).body.user).not.toHaveProperty('serverRole')
  expect((await verify(await mailedToken(ADMIN_EMAIL))).status).toBe(204)
  expect((await me(admin)).serverRole).toBe('administrator')
})

it('people are told of a new device, a new password and changes of their second factor, at a confirmed address', async () => {
  const ann = await register(server.url)
  const email = ann.user.email!
  expect((await verify(await mailedToken(email))).status).toBe(204)
  // An address that is not confirmed gets nothing.
  const bob = await register(server.url)
  await signIn(bob)
  const about = `@${ann.user.username}`
  const other = await signIn(ann)
  expect((await mailServer.next(email, about)).subject).toBe('New device in your WebChat account')
  await other.post('/api/auth/login', { login: ann.user.username, password: PASSWORD })
  const next = 'a better horse battery'
  expect((await ann.request('PUT', '/api/me/password', { current: PASSWORD, next })).status).toBe(204)
  // The browser that was known already is not mentioned.
  expect((await mailServer.next(email, about)).subject).toBe('Your WebChat password was changed')
  const { body } = await ann.post('/api/me/factor/setup', { password: next })
  const code = totpOf(fromBase32(body.secret), stepAt(Date.now()))
  const on = await ann.request('PUT', '/api/me/factor', { setup: body.setup, code })
  expect((await mailServer.next(email, about)).subject).toBe('Second factor turned on in your WebChat account')
  await ann.request('DELETE', '/api/me/factor', { password: next, code: on.body.recoveryCodes[0] })
  expect((await mailServer.next(email, about)).subject).toBe('Second factor turned off in your WebChat account')
  expect(mailServer.mails.filter(({ to }) => to.includes(email))).toEqual([])
  await mailedToken(bob.user.email!)
  expect(mailServer.mails.filter(({ to }) => to.includes(bob.user.email!))).toEqual([])
})
