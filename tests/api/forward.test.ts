import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LIMITS } from '#shared/limits'
import type { Message } from '#shared/schemas/message'
import { ok, people, refused, TestGroup } from '../support/groups/group'
import { read, sendFiles, sentFile, someBytes, uploaded } from '../support/files/uploads'
import { newClientId, type Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'

let server: TestServer
let ann: Person
let bob: Person
let cy: Person
let eve: Person
/** Ann and Bob. */
let from: TestGroup
/** Ann, who owns it, and Cy. */
let to: TestGroup

beforeAll(async () => {
  server = await startServer({ RATE_LIMIT_FACTOR: '10' })
  ;[ann, bob, cy, eve] = await people(server.url, 'Ann', 'Bob', 'Cy', 'Eve')
  from = await TestGroup.make(bob, [ann])
  to = await TestGroup.make(cy, [ann])
})
afterAll(() => server.discard())

const forward = (person: Person, messages: readonly { id: string }[], targets: string[], more: object = {}) =>
  person.post('/api/messages/forward', {
    messageIds: messages.map(({ id }) => id),
    to: targets,
    withNames: true,
    ...more,
  })
const brief = ({ text, senderId, forwardedFrom }: Message) => [text, senderId, forwardedFrom?.senderId ?? null]
const newest = async (person: Person, group: TestGroup, count: number) => (await group.history(person)).slice(-count)

describe('forwarding', () => {
  it('sends messages in order to several conversations, with the name of who wrote them', async () => {
    const messages = [await bob.send(from.id, 'one'), await ann.send(from.id, 'two')]
    const direct = await ann.chatWith(eve)
    const socket = await cy.connect()
    const created = socket.next('message.created', ({ message }) => message.text === 'two')
    const answer = await forward(ann, messages, [to.id, direct.id])
    expect(answer.status).toBe(201)
    const wanted = [
      ['one', ann.user.id, bob.user.id],
      ['two', ann.user.id, ann.user.id],
    ]
    expect(answer.body.messages.map(brief)).toEqual([...wanted, ...wanted])
    expect(brief((await created).message)).toEqual(wanted[1])
    expect((await newest(cy, to, 2)).map(brief)).toEqual(wanted)
    // Who forwards it again keeps the name of who wrote it first.
    const [again] = (await ok(forward(cy, await newest(cy, to, 2), [(await cy.chatWith(eve)).id]))).messages
    expect(brief(again)).toEqual(['one', cy.user.id, bob.user.id])
    const nameless = (await ok(forward(ann, messages, [to.id], { withNames: false }))).messages
    expect(nameless.map(brief)).toEqual([
      ['one', ann.user.id, null],
      ['two', ann.user.id, null],
    ])
    await socket.close()
  })

  it('makes no second message when the same request comes again, and does with another clientId', async () => {
    const message = await bob.send(from.id, 'only once')
    const asked = { clientId: newClientId() }
    const answers = await Promise.all(Array.from({ length: 20 }, () => forward(ann, [message], [to.id], asked)))
    expect(new Set(answers.map(({ body }) => body.messages[0].id)).size).toBe(1)
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(0)
    expect((await forward(ann, [message], [to.id], asked)).status).toBe(200)
    const count = async () => (await to.history(cy)).filter(({ text }) => text === 'only once').length
    expect(await count()).toBe(1)
    await ok(forward(ann, [message], [to.id], { clientId: newClientId() }))
    expect(await count()).toBe(2)
    await ok(forward(ann, [message], [to.id]))
    expect((await forward(ann, [message], [to.id])).status).toBe(200)
    expect(await count()).toBe(3)
    // What was sent stays sent, also without the right by now.
    await ok(to.changeMember(cy, ann, { deny: ['sendText'] }))
    expect((await forward(ann, [message], [to.id], asked)).status).toBe(200)
    await ok(to.changeMember(cy, ann, { deny: [] }))
  })

  it('takes nothing that the caller does not see, and nothing of what the group says', async () => {
    const message = await bob.send(from.id, 'not for Cy')
    const other = await TestGroup.make(cy, [])
    expect(await refused(forward(cy, [message], [other.id]))).toEqual([404, 'NOT_FOUND'])
    expect(await refused(forward(ann, [message], [other.id]))).toEqual([404, 'NOT_FOUND'])
    expect(await refused(forward(ann, [{ id: 'f'.repeat(24) }], [to.id]))).toEqual([404, 'NOT_FOUND'])
    const gone = await bob.send(from.id, 'gone')
    await ok(bob.request('DELETE', from.path(`/messages/${gone.id}`)))
    expect(await refused(forward(ann, [message, gone], [to.id]))).toEqual([404, 'NOT_FOUND'])
    expect(await refused(forward(ann, (await from.history(ann)).slice(0, 1), [to.id]))).toEqual([403, 'FORBIDDEN'])
    const closed = await TestGroup.make(bob, [])
    const hidden = await bob.send(closed.id, 'before Ann came')
    await ok(closed.change(bob, { settings: { history: 'joined' } }))
    await ok(closed.add(bob, ann))
    expect(await refused(forward(ann, [hidden], [to.id]))).toEqual([404, 'NOT_FOUND'])
    expect((await to.history(cy)).some(({ text }) => ['not for Cy', 'before Ann came'].includes(text))).toBe(false)
  })

  it('needs the rights of a send in each conversation, and sends nothing at all without one', async () => {
    const [text, link] = [await bob.send(from.id, 'words'), await bob.send(from.id, 'see https://example.com')]
    const file = await sentFile(bob, from.id, someBytes(10))
    const strict = await TestGroup.make(cy, [ann])
    for (const [right, message] of [
      ['sendText', text],
      ['sendLink', link],
      ['sendFile', file],
    ] as const) {
      await ok(strict.changeMember(cy, ann, { deny: [right] }))
      const before = (await to.history(cy)).length
      expect(await refused(forward(ann, [message], [to.id, strict.id]))).toEqual([403, 'FORBIDDEN'])
      expect((await to.history(cy)).length).toBe(before)
    }
    await ok(strict.changeMember(cy, ann, { deny: [] }))
    await ok(strict.change(cy, { settings: { slowModeSeconds: 3_600 } }))
    expect(await refused(forward(ann, [text, link], [strict.id]))).toEqual([429, 'RATE_LIMITED'])
    await ok(forward(ann, [text], [strict.id]))
    expect(await refused(forward(ann, [link], [to.id, strict.id]))).toEqual([429, 'RATE_LIMITED'])
    expect((await newest(cy, to, 1))[0]!.text).not.toBe(link.text)
  })

  it('refuses to change the text of what has another’s name', async () => {
    const message = await bob.send(from.id, 'my words')
    const [named] = (await ok(forward(ann, [message], [to.id]))).messages
    const [own] = (await ok(forward(ann, [message], [to.id], { withNames: false }))).messages
    const edit = ({ id }: Message) => ann.request('PATCH', to.path(`/messages/${id}`), { text: 'other words' })
    expect(await refused(edit(named))).toEqual([403, 'FORBIDDEN'])
    await ok(edit(own))
  })

  it.each([
    ['no messages', { messageIds: [] }],
    ['one message twice', { messageIds: ['a'.repeat(24), 'a'.repeat(24)] }],
    ['too many messages', { messageIds: Array.from({ length: LIMITS.forwardMessages + 1 }, (_, n) => idOf(n)) }],
    ['no conversation', { to: [] }],
    ['too many conversations', { to: Array.from({ length: LIMITS.forwardTargets + 1 }, (_, n) => idOf(n)) }],
    ['no id', { messageIds: ['x'] }],
    ['no word about names', { withNames: undefined }],
    ['something unknown', { text: 'x' }],
  ])('refuses %s', async (_, input) => {
    expect(await refused(forward(ann, [{ id: idOf(1) }], [to.id], input))).toEqual([422, 'INVALID'])
  })
})

function idOf(number: number): string {
  return number.toString(16).padStart(24, '0')
}

describe('the files of a forwarded message', () => {
  it('are read where they are forwarded to, without being uploaded again, and go with their own message', async () => {
    const bytes = someBytes(5_000)
    const original = await sentFile(bob, from.id, bytes, { name: 'plan.txt', mime: 'text/plain' })
    const [message] = (await ok(forward(ann, [original], [to.id]))).messages as Message[]
    const [copy] = message!.attachments
    const [first] = original.attachments
    expect({ ...copy, id: '', url: '' }).toEqual({ ...first, id: '', url: '' })
    const bytesFor = async (person: Person, url: string) => {
      const file = await read(person, url)
      return file.status === 200 ? file.bytes.equals(bytes) : file.status
    }
    expect(await bytesFor(cy, copy!.url)).toBe(true)
    expect(await bytesFor(ann, copy!.url)).toBe(true)
    // Each belongs to its own conversation.
    expect(await bytesFor(cy, first!.url)).toBe(404)
    expect(await bytesFor(bob, copy!.url)).toBe(404)
    expect((await ok(cy.get(to.path('/shared?kind=files')))).messages.at(0).id).toBe(message!.id)

    const [second] = (await ok(forward(cy, [message!], [(await cy.chatWith(eve)).id]))).messages as Message[]
    await ok(bob.request('DELETE', from.path(`/messages/${original.id}`)))
    expect(await bytesFor(bob, first!.url)).toBe(404)
    expect(await bytesFor(cy, copy!.url)).toBe(true)
    await ok(ann.request('DELETE', to.path(`/messages/${message!.id}`)))
    expect(await bytesFor(cy, copy!.url)).toBe(404)
    expect(await bytesFor(eve, second!.attachments[0]!.url)).toBe(true)
    // People who are removed lose the copy like any file.
    const third = (await ok(forward(eve, [second!], [(await eve.chatWith(ann)).id]))).messages[0] as Message
    expect(await bytesFor(ann, third.attachments[0]!.url)).toBe(true)
  })

  it('stay when the group that they came from is deleted', async () => {
    const group = await TestGroup.make(bob, [ann])
    const bytes = someBytes(100)
    const original = await sentFile(bob, group.id, bytes)
    const [message] = (await ok(forward(ann, [original], [to.id]))).messages as Message[]
    await ok(bob.request('DELETE', group.path()))
    const url = original.attachments[0]!.url
    await expect.poll(async () => (await read(bob, url)).status, { timeout: 10_000 }).toBe(404)
    expect((await read(cy, message!.attachments[0]!.url)).bytes.equals(bytes)).toBe(true)
  })

  it('are forwarded together with a text, several at once', async () => {
    const uploads = await Promise.all(
      Array.from({ length: 3 }, (_, index) =>
        uploaded(bob, someBytes(10), { conversationId: from.id, name: `${index}.bin` }),
      ),
    )
    const ids = uploads.map(({ id }) => id)
    const { message } = (await sendFiles(bob, from.id, ids, { text: 'three files' })).body
    const asked = { clientId: newClientId() }
    const answers = await Promise.all(Array.from({ length: 5 }, () => forward(ann, [message], [to.id], asked)))
    const found = answers.map(({ body }) => body.messages[0] as Message)
    expect(new Set(found.map(({ id }) => id)).size).toBe(1)
    expect([found[0]!.text, found[0]!.attachments.map(({ name }) => name)]).toEqual([
      'three files',
      ['0.bin', '1.bin', '2.bin'],
    ])
    for (const { url } of found[0]!.attachments) expect((await read(cy, url)).status).toBe(200)
  })
})

describe('saved messages', () => {
  const save = (person: Person, { id }: { id: string }) => person.request('PUT', `/api/saved/${id}`)
  const saved = async (person: Person, query = '') => (await ok(person.get(`/api/saved${query}`))).messages as Message[]

  it('are one’s own list, the last first, of any conversation', async () => {
    const messages = [await bob.send(from.id, 'keep this'), await cy.send(to.id, 'and this')]
    for (const message of messages) expect((await save(ann, message)).status).toBe(204)
    await ok(save(ann, messages[0]!))
    expect((await saved(ann)).map(({ text }) => text)).toEqual(['and this', 'keep this'])
    expect(await saved(bob)).toEqual([])
    const page = await ok(ann.get('/api/saved?limit=1'))
    expect([page.messages[0].text, page.next]).toEqual(['and this', messages[1]!.id])
    expect((await ok(ann.get(`/api/saved?limit=1&after=${page.next}`))).messages[0].text).toBe('keep this')
    expect(await refused(save(eve, messages[0]!))).toEqual([404, 'NOT_FOUND'])
    expect(await refused(save(ann, { id: 'f'.repeat(24) }))).toEqual([404, 'NOT_FOUND'])
    expect((await ann.request('DELETE', `/api/saved/${messages[1]!.id}`)).status).toBe(204)
    expect((await ann.request('DELETE', `/api/saved/${messages[1]!.id}`)).status).toBe(204)
    expect((await saved(ann)).map(({ text }) => text)).toEqual(['keep this'])
  })

  it('follow edits, and are gone when they are deleted or may not be seen any more', async () => {
    const group = await TestGroup.make(bob, [cy])
    const [one, two] = [await bob.send(group.id, 'first'), await bob.send(group.id, 'second')]
    for (const message of [one, two]) await ok(save(cy, message))
    await ok(bob.request('PATCH', group.path(`/messages/${one.id}`), { text: 'first, better' }))
    await ok(bob.request('DELETE', group.path(`/messages/${two.id}`)))
    expect((await saved(cy)).map(({ text }) => text)).toEqual(['first, better'])
    expect(await ok(cy.get('/api/saved?limit=1'))).toMatchObject({ messages: [], next: two.id })
    await ok(bob.request('DELETE', group.path(`/members/${cy.user.id}`)))
    expect(await saved(cy)).toEqual([])
  })
})
