import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Message } from '#shared/schemas/message'
import { ok, people, TestGroup } from '../support/groups/group'
import { newClientId, signIn, type Person } from '../support/person'
import { claimsOf, PushService, type PushBrowser } from '../support/pushService'
import { startServer, type TestServer } from '../support/server'

let service: PushService
let server: TestServer
let ann: Person
let names = 0

beforeAll(async () => {
  service = await PushService.start()
  server = await startServer({ PUSH_HOSTS: service.host })
  ;[ann] = (await people(server.url, 'Ann')) as [Person]
})
afterAll(async () => {
  service.stop()
  await server.discard()
})

const subscribe = (person: Person, { subscription }: PushBrowser, more = {}) =>
  person.post('/api/push', { ...subscription, ...more })

type Subscriber = Person & { browser: string }

/** New people, each with one browser of their name, which is not subscribed yet. */
async function newPeople(...wanted: string[]): Promise<Record<string, Subscriber>> {
  const made = await people(server.url, ...wanted)
  return Object.fromEntries(
    made.map((person, index) => [wanted[index]!, Object.assign(person, { browser: `${wanted[index]}-${++names}` })]),
  )
}
const subscribeAll = (all: Record<string, Subscriber>) =>
  Promise.all(Object.values(all).map((one) => ok(subscribe(one, service.browser(one.browser)))))

async function subscribed(...wanted: string[]): Promise<Record<string, Subscriber>> {
  const all = await newPeople(...wanted)
  await subscribeAll(all)
  return all
}
const arrives = ({ browser }: { browser: string }, body: string) =>
  service.until((one) => one.browser === browser && one.payload.body === body)
const bodies = ({ browser }: { browser: string }) => service.of(browser).map(({ body }) => body)
const answer = async (person: Person, group: TestGroup, to: Message, text: string) =>
  (await ok(person.post(group.path('/messages'), { clientId: newClientId(), text, replyToId: to.id })))
    .message as Message

describe('a push', () => {
  it('is signed by this chat and encrypted for one browser, and says what its receiver may read', async () => {
    const { bob, cy } = await subscribed('bob', 'cy')
    await ok(ann.request('PATCH', '/api/me', { displayName: 'Ann' }))
    const group = await TestGroup.make(ann, [bob!, cy!], 'The team')
    await ok(cy!.request('PATCH', '/api/me', { notifications: { pushText: false } }))
    const own = service.browser(`ann-${++names}`)
    await ok(subscribe(ann, own))
    const { seq } = await ann.send(group.id, `**hello** <@${bob!.user.id}>`)
    const push = await arrives(bob!, 'Ann: hello @bob')
    expect(push.payload).toEqual({
      conversationId: group.id,
      seq,
      title: 'The team',
      body: 'Ann: hello @bob',
      icon: null,
    })
    const { publicKey } = await ok(ann.get('/api/push'))
    expect(claimsOf(push.headers, publicKey)).toMatchObject({ aud: `http://${service.host}`, sub: expect.any(String) })
    expect(push.headers).toMatchObject({ 'content-encoding': 'aes128gcm', ttl: '86400', urgency: 'high' })
    expect(push.headers.topic).toMatch(/^[\w-]{32}$/)
    // Who does not want texts in notifications gets neither text nor names.
    const hidden = await arrives(cy!, 'New message')
    expect(hidden.payload).toEqual({ conversationId: group.id, seq, title: 'WebChat', body: 'New message', icon: null })
    // In the language of the browser, and nothing to the sender.
    await ok(subscribe(cy!, service.browser(cy!.browser), { language: 'vi' }))
    await ann.send(group.id, 'more')
    await Promise.all([arrives(bob!, 'Ann: more'), arrives(cy!, 'Tin nhắn mới')])
    expect(service.of(own.name)).toEqual([])
  })

  it('is not for what is read, on screen, unwanted or gone by then', async () => {
    const all = await newPeople(
      ...['waits', 'reads', 'looks', 'looksElsewhere', 'notices', 'noticesElsewhere', 'mutes', 'onlyMentions'],
      ...['follows', 'sleeps', 'leaves', 'signsOut', 'isReplaced'],
    )
    const group = await TestGroup.make(ann, Object.values(all), 'Everybody')
    const mine = (person: Person, fields: object) => person.request('PATCH', group.path('/me'), fields)
    const sockets = await Promise.all([
      all.looks!.connect(),
      (await signIn(all.looksElsewhere!)).connect(),
      all.notices!.connect(),
      (await signIn(all.noticesElsewhere!)).connect(),
    ])
    const onScreen = { conversationId: group.id, canNotify: true }
    const inBackground = { conversationId: null, canNotify: true }
    await Promise.all(
      [onScreen, onScreen, inBackground, inBackground].map((data, index) =>
        sockets[index]!.request('screen.set', data),
      ),
    )
    await ok(mine(all.mutes!, { notify: 'none' }))
    await ok(mine(all.onlyMentions!, { notify: 'mentions' }))
    await ok(mine(all.follows!, { notify: 'mentions' }))
    const hour = (from: number) => new Date(Date.now() + from * 3_600_000).toISOString().slice(11, 16)
    const quietHours = { from: hour(-1), to: hour(1), zone: 'UTC' }
    await ok(all.sleeps!.request('PATCH', '/api/me', { notifications: { quietHours } }))
    const root = await answer(all.follows!, group, await ann.send(group.id, 'root'), 'first answer')
    await subscribeAll(all)
    // Somebody else signs in with the same browser.
    const next = await signIn(ann)
    const sentAt = performance.now()
    const { seq } = await answer(ann, group, root, 'to all')
    await Promise.all([
      ok(all.reads!.request('PUT', group.path('/read'), { seq })),
      ok(group.remove(ann, all.leaves!)),
      ok(all.signsOut!.post('/api/auth/logout')),
      ok(subscribe(next, service.browser(all.isReplaced!.browser))),
    ])
    /** On a machine that is too busy for this, they were pushed to before, which is right. */
    const isInTime = performance.now() - sentAt < 5_000
    await Promise.all([
      arrives(all.waits!, 'Ann: to all'),
      arrives(all.follows!, 'Ann: to all'),
      arrives(all.noticesElsewhere!, 'Ann: to all'),
    ])
    // What is pushed of a later message comes after what was pushed of these.
    await ann.send(group.id, 'later')
    await arrives(all.waits!, 'Ann: later')
    for (const name of ['looks', 'looksElsewhere', 'notices', 'mutes', 'onlyMentions', 'sleeps'])
      expect([name, bodies(all[name]!).filter((body) => body !== 'Ann: later')]).toEqual([name, []])
    for (const name of isInTime ? ['reads', 'leaves', 'signsOut', 'isReplaced'] : [])
      expect(bodies(all[name]!)).not.toContain('Ann: to all')
    await Promise.all(sockets.map((socket) => socket.close()))
  })

  it('has the text of the moment when it is sent, and is not sent for a deleted message', async () => {
    const { bob } = await subscribed('bob')
    const chat = await ann.chatWith(bob!)
    const path = (id: string) => `/api/conversations/${chat.id}/messages/${id}`
    const sentAt = performance.now()
    const wrong = await ann.send(chat.id, 'wrong')
    const deleted = await ann.send(chat.id, 'deleted')
    await ok(ann.request('PATCH', path(wrong.id), { text: 'right' }))
    await ok(ann.request('DELETE', path(deleted.id)))
    /** On a machine that is too busy for this, the first texts were sent, which is right. */
    const isInTime = performance.now() - sentAt < 5_000
    if (isInTime) await arrives(bob!, 'right')
    await ann.send(chat.id, 'later')
    await arrives(bob!, 'later')
    if (isInTime) expect(bodies(bob!)).not.toContain('wrong')
    if (isInTime) expect(bodies(bob!)).not.toContain('deleted')
  })

  it('is tried again while its service fails, and never for a browser that is gone', async () => {
    const { bob, cy } = await subscribed('bob', 'cy')
    const group = await TestGroup.make(ann, [bob!, cy!])
    service.answer(bob!.browser, 503)
    service.answer(cy!.browser, 410)
    await ann.send(group.id, 'once')
    await arrives(bob!, 'Ann: once')
    expect([service.tries.get(bob!.browser), service.tries.get(cy!.browser)]).toEqual([2, 1])
    await ann.send(group.id, 'twice')
    await arrives(bob!, 'Ann: twice')
    expect(service.tries.get(cy!.browser)).toBe(1)
    // The browser may subscribe again, and stop.
    await ok(subscribe(cy!, service.browser(cy!.browser)))
    await ok(bob!.request('DELETE', '/api/push'))
    await ann.send(group.id, 'thrice')
    await arrives(cy!, 'Ann: thrice')
    expect(bodies(bob!)).toEqual(['Ann: once', 'Ann: twice'])
  })
})

it('the key of the chat is made once', async () => {
  const { publicKey } = await ok(ann.get('/api/push'))
  await server.kill()
  server = await startServer({ PUSH_HOSTS: service.host, DATA_DIR: server.dataDir })
  expect((await ok(ann.at(server.url).get('/api/push'))).publicKey).toBe(publicKey)
})
