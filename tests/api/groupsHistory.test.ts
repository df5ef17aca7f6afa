import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Message } from '#shared/schemas/message'
import type { Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'
import { ok, people, refused, TestGroup } from '../support/groups/group'

let server: TestServer
let owner: Person
let bob: Person
let newcomer: Person

beforeAll(async () => {
  server = await startServer()
  ;[owner, bob, newcomer] = await people(server.url, 'Owner', 'Bob', 'Newcomer')
})
afterAll(() => server.stop())

const sync = async (person: Person, id: string, rev: number): Promise<Message[]> =>
  (await ok(person.post('/api/sync', { conversations: { [id]: rev } }))).changes[id]?.messages ?? []

describe('newcomers who see only messages since they joined', () => {
  let group: TestGroup
  let old: Message
  let quoting: Message
  let joinedAt: number

  beforeAll(async () => {
    group = await TestGroup.make(owner, [bob])
    old = await bob.send(group.id, 'the old secret')
    for (let count = 0; count < 5; count++) await owner.send(group.id, `an old secret ${count}`)
    // Written when everyone could still see everything.
    quoting = (await ok(group.post(owner, 'answer', { replyToId: old.id }))).message
    await ok(group.change(owner, { settings: { history: 'joined' } }))
    joinedAt = (await group.seenBy(owner)).lastSeq
    await ok(group.add(owner, newcomer))
  })

  it('get no more by any page', async () => {
    const own = await group.history(newcomer)
    expect(own.map(({ seq }) => seq)).toEqual([joinedAt + 1])
    for (const query of [
      'before=3',
      'before=999',
      'after=0',
      'after=2',
      'around=1',
      'around=4',
      `around=${joinedAt}`,
    ]) {
      const { messages, hasMore } = await ok(newcomer.get(group.path(`/messages?${query}`)))
      expect([query, messages.filter(({ seq }: Message) => seq <= joinedAt), hasMore]).toEqual([query, [], false])
    }
    expect(await group.history(bob)).toHaveLength(joinedAt + 1)
  })

  it('get no more by sync or by the list', async () => {
    expect((await sync(newcomer, group.id, 0)).map(({ seq }) => seq)).toEqual([joinedAt + 1])
    const seen = await group.seenBy(newcomer)
    expect(seen.lastMessage?.seq).toBe(joinedAt + 1)
    expect(seen.me).toMatchObject({ unread: 0, lastReadSeq: joinedAt })
    expect(JSON.stringify((await newcomer.get('/api/conversations')).body)).not.toContain('secret')
  })

  it('see no last message from before in the list', async () => {
    const quiet = await TestGroup.make(owner, [bob])
    await ok(quiet.change(owner, { settings: { history: 'joined' } }))
    await owner.send(quiet.id, 'the old secret')
    const socket = await newcomer.connect()
    await ok(quiet.add(owner, newcomer))
    const { conversation } = await socket.next('conversation.created')
    expect([conversation.lastMessage, conversation.me.unread]).toEqual([null, 0])
    await socket.close()
  })

  it('see no quote of a message from before', async () => {
    const answer = (await ok(group.post(bob, 'look', { replyToId: old.id }))).message
    expect(answer.replyTo).toMatchObject({ id: old.id, excerpt: '' })
    expect(JSON.stringify(await group.history(newcomer))).not.toContain('secret')
    expect(await refused(group.post(newcomer, 'what?', { replyToId: old.id }))).toEqual([404, 'NOT_FOUND'])
  })

  it('see no quotes that are older than the setting, in pages, sync, and events', async () => {
    const team = await TestGroup.make(owner, [bob])
    const secret = await bob.send(team.id, 'the old secret')
    await ok(team.add(owner, newcomer))
    const answer = (await ok(team.post(owner, 'answer', { replyToId: secret.id }))).message
    expect(answer.replyTo.excerpt).toBe('the old secret')
    await ok(team.change(owner, { settings: { history: 'joined' } }))
    const socket = await newcomer.connect()
    await ok(team.edit(owner, answer.id, 'another answer'))
    await socket.next('message.updated')
    expect(
      JSON.stringify([await team.history(newcomer), await sync(newcomer, team.id, 0), socket.events]),
    ).not.toContain('secret')
    expect(JSON.stringify((await newcomer.get('/api/conversations')).body)).not.toContain('secret')
    // People who were members before still see it.
    expect((await team.history(bob)).find(({ id }) => id === answer.id)!.replyTo!.excerpt).toBe('the old secret')
    await socket.close()
  })

  it('get no changes of old messages, which only those who can see them get', async () => {
    const [bobSocket, newcomerSocket] = await Promise.all([bob.connect(), newcomer.connect()])
    await ok(group.edit(owner, quoting.id, 'edited old secret'))
    await ok(group.erase(owner, quoting.id))
    await bobSocket.until(() => bobSocket.all('message.updated').length === 2)
    await newcomerSocket.request('ping')
    expect(newcomerSocket.all('message.updated')).toEqual([])
    expect(await sync(newcomer, group.id, quoting.rev)).not.toContainEqual(expect.objectContaining({ id: quoting.id }))
    await Promise.all([bobSocket.close(), newcomerSocket.close()])
  })

  it('cannot change messages that they cannot see', async () => {
    await ok(group.changeMember(owner, newcomer, { role: 'moderator' }))
    expect(await refused(group.erase(newcomer, old.id))).toEqual([404, 'NOT_FOUND'])
    expect(await refused(group.edit(newcomer, old.id, 'mine'))).toEqual([404, 'NOT_FOUND'])
  })

  it('are also people who leave and come back', async () => {
    const before = await bob.send(group.id, 'between secret')
    await ok(group.remove(bob, bob))
    await ok(group.add(owner, bob))
    expect((await group.history(bob)).every(({ seq }) => seq > before.seq)).toBe(true)
    expect(await refused(group.edit(bob, before.id, 'mine'))).toEqual([404, 'NOT_FOUND'])
    await ok(group.change(owner, { settings: { history: 'all' } }))
    expect((await group.history(bob))[0]!.seq).toBe(1)
  })
})

describe('edits and deletions', () => {
  let group: TestGroup
  let message: Message

  beforeAll(async () => {
    group = await TestGroup.make(owner, [bob])
    message = await bob.send(group.id, 'first words')
  })

  it('arrive at once, and by rev for people who were away', async () => {
    const { rev } = await group.seenBy(owner)
    const socket = await owner.connect()
    const edited = (await ok(group.edit(bob, message.id, 'second words'))).message
    expect(edited).toMatchObject({
      id: message.id,
      seq: message.seq,
      rev: rev + 1,
      text: 'second words',
      editedAt: expect.any(String),
    })
    expect((await socket.next('message.updated')).message).toEqual(edited)
    expect(await sync(owner, group.id, rev)).toEqual([edited])
    expect((await group.seenBy(owner)).rev).toBe(rev + 1)
    expect((await group.seenBy(owner)).lastSeq).toBe(message.seq)
    await socket.close()
  })

  it('do nothing if the text is the same', async () => {
    const before = await group.seenBy(bob)
    expect((await ok(group.edit(bob, message.id, 'second words'))).message.rev).toBe(before.rev)
    expect((await group.seenBy(bob)).rev).toBe(before.rev)
  })

  it('keep the last text of two edits', async () => {
    for (const text of ['third', 'fourth']) await ok(group.edit(bob, message.id, text))
    expect((await group.history(owner)).find(({ id }) => id === message.id)!.text).toBe('fourth')
  })

  it('keep the seq of a deleted message and remove its content, also where it is quoted', async () => {
    const answer = (await ok(group.post(owner, 'answer', { replyToId: message.id }))).message
    expect(answer.replyTo.excerpt).toBe('fourth')
    const { rev } = await group.seenBy(owner)
    await ok(group.erase(bob, message.id))
    const history = await group.history(owner)
    expect(history.map(({ seq }) => seq)).toEqual(history.map((_, index) => index + 1))
    expect(history.find(({ id }) => id === message.id)).toMatchObject({
      text: '',
      replyTo: null,
      deletedAt: expect.any(String),
    })
    expect(JSON.stringify(history)).not.toContain('fourth')
    expect((await sync(owner, group.id, rev)).map(({ id }) => id)).toEqual([message.id])
    // Its place stays, but there is nothing left to read.
    expect((await group.seenBy(owner)).me.unread).toBe(0)
  })

  it('delete a message once, refuse to edit it then, and quote nothing of it', async () => {
    const { rev } = await group.seenBy(owner)
    expect((await group.erase(bob, message.id)).status).toBe(204)
    expect((await group.seenBy(owner)).rev).toBe(rev)
    expect(await refused(group.edit(bob, message.id, 'back'))).toEqual([404, 'NOT_FOUND'])
    const answer = (await ok(group.post(owner, 'what?', { replyToId: message.id }))).message
    const { id, seq, senderId } = message
    expect(answer).toMatchObject({ text: 'what?', replyTo: { id, seq, senderId, excerpt: '', files: null } })
  })

  it('are refused for muted people, and for system messages', async () => {
    const own = await bob.send(group.id, 'before the mute')
    await ok(group.changeMember(owner, bob, { deny: ['sendText'] }))
    expect(await refused(group.edit(bob, own.id, 'after the mute'))).toEqual([403, 'FORBIDDEN'])
    await ok(group.changeMember(owner, bob, { deny: ['sendLink'] }))
    expect(await refused(group.edit(bob, own.id, 'https://example.com'))).toEqual([403, 'FORBIDDEN'])
    expect((await group.edit(bob, own.id, 'no link')).status).toBe(200)
    const [notice] = await group.history(owner)
    expect(notice).toMatchObject({ kind: 'system', seq: 1, senderId: owner.user.id })
    expect(await refused(group.edit(owner, notice!.id, 'mine'))).toEqual([403, 'FORBIDDEN'])
    expect(await refused(group.erase(owner, notice!.id))).toEqual([403, 'FORBIDDEN'])
  })
})
