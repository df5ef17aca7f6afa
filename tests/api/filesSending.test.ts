import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newClientId, type Person, register } from '../support/person'
import { flood, picture } from '../support/files/pictures'
import { eventually, stores, warnWithoutS3, type StoredServer } from '../support/files/stores'
import { begun, groupOf, read, sendFiles, sendParts, sentFile, someBytes, uploaded } from '../support/files/uploads'

warnWithoutS3('Sending files')

describe.each(stores)('sending files, $store', ({ start }) => {
  let stored: StoredServer
  let ann: Person
  let bob: Person
  let chat: string

  beforeAll(async () => {
    stored = await start()
    ;[ann, bob] = (await Promise.all(['Ann', 'Bob'].map((name) => register(stored.server.url, name)))) as [
      Person,
      Person,
    ]
    chat = (await ann.chatWith(bob)).id
  })
  afterAll(() => stored?.stop())

  it('delivers a message with files only to everyone, who can read them at once', async () => {
    const bytes = someBytes(5_000)
    const upload = await uploaded(ann, bytes, { conversationId: chat, name: 'log.txt', mime: 'text/plain' })
    expect((await read(bob, upload.url!)).status).toBe(404)
    const socket = await bob.connect()
    const asked = socket.next('message.created').then(({ message }) => read(bob, message.attachments[0]!.url))
    const sent = await sendFiles(ann, chat, [upload.id])
    expect([sent.status, sent.body.message]).toMatchObject([201, { text: '', kind: 'text' }])
    expect(sent.body.message.attachments).toEqual([
      {
        id: upload.id,
        kind: 'file',
        name: 'log.txt',
        mime: 'text/plain',
        size: 5_000,
        url: upload.url,
        thumbnailUrl: null,
        width: null,
        height: null,
        durationMs: null,
        waveform: null,
      },
    ])
    const file = await asked
    expect([file.status, file.bytes.equals(bytes)]).toEqual([200, true])
    expect(socket.all('message.created')[0]!.message).toEqual(sent.body.message)
    expect((await bob.get('/api/conversations')).body.conversations[0].lastMessage).toEqual(sent.body.message)
    await socket.close()
  })

  it('sends up to ten files with a text, in their order, and lists them among the shared files', async () => {
    const uploads = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        uploaded(ann, someBytes(10), { conversationId: chat, name: `${index}.bin` }),
      ),
    )
    const ids = uploads.map(({ id }) => id)
    const sent = await sendFiles(ann, chat, ids, { text: 'all of them' })
    expect([sent.status, sent.body.message.attachments.map(({ id }: { id: string }) => id)]).toEqual([201, ids])
    const shared = await bob.get(`/api/conversations/${chat}/shared?kind=files&limit=1`)
    expect(shared.body.messages).toEqual([sent.body.message])
    const replied = await bob.post(`/api/conversations/${chat}/messages`, {
      clientId: newClientId(),
      text: 'thanks',
      replyToId: sent.body.message.id,
    })
    expect(replied.body.message.replyTo).toMatchObject({ id: sent.body.message.id, excerpt: 'all of them' })
  })

  it('is answered with the same message when it is repeated, and uses its files once', async () => {
    const upload = await uploaded(ann, someBytes(10), { conversationId: chat })
    const clientId = newClientId()
    const answers = await Promise.all(Array.from({ length: 5 }, () => sendFiles(ann, chat, [upload.id], { clientId })))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 200, 200, 200, 201])
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(answers[0]!.body.message.attachments).toHaveLength(1)
    expect((await read(bob, upload.url!)).status).toBe(200)
    // The same client id with another file is the same message still, and leaves that file free.
    const other = await uploaded(ann, someBytes(10), { conversationId: chat })
    expect((await sendFiles(ann, chat, [other.id], { clientId })).body).toEqual(answers[0]!.body)
    expect((await read(bob, other.url!)).status).toBe(404)
    expect((await sendFiles(ann, chat, [other.id])).status).toBe(201)
    expect((await read(bob, other.url!)).status).toBe(200)
  })

  it('sends a file only once', async () => {
    const upload = await uploaded(ann, someBytes(10), { conversationId: chat })
    const answers = await Promise.all(Array.from({ length: 4 }, () => sendFiles(ann, chat, [upload.id])))
    expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409])
    expect((await ann.request('DELETE', `/api/uploads/${upload.id}`)).status).toBe(409)
  })

  it('refuses a file of another person or conversation, an incomplete one, an avatar, and one that does not exist', async () => {
    const elsewhere = (await ann.chatWith(await register(stored.server.url, 'Cy'))).id
    const [own, bobs, foreign, pending, face] = [
      await uploaded(ann, someBytes(10), { conversationId: chat }),
      await uploaded(bob, someBytes(10), { conversationId: chat }),
      await uploaded(ann, someBytes(10), { conversationId: elsewhere }),
      await begun(ann, { conversationId: chat }),
      await begun(ann, { kind: 'avatar', mime: 'image/png' }),
    ]
    const { lastSeq } = (await ann.get(`/api/conversations/${chat}`)).body.conversation
    for (const [id, status] of [
      [bobs.id, 404],
      [foreign.id, 404],
      [pending.id, 409],
      [face.id, 404],
      ['x', 422],
    ] as const) {
      expect([id, (await sendFiles(ann, chat, [own.id, id])).status]).toEqual([id, status])
    }
    expect((await sendFiles(ann, chat, [own.id, own.id])).status).toBe(422)
    expect((await sendFiles(ann, chat, [])).status).toBe(422)
    expect(
      (
        await sendFiles(
          ann,
          chat,
          Array.from({ length: 11 }, (_, index) => String(index).padStart(24, '0')),
        )
      ).status,
    ).toBe(422)
    // No half message: nothing was said, and the good file is still free.
    expect((await ann.get(`/api/conversations/${chat}`)).body.conversation.lastSeq).toBe(lastSeq)
    expect((await sendFiles(ann, chat, [own.id])).status).toBe(201)
  })

  it('sends the rest of a message whose file was removed meanwhile', async () => {
    const gone = async () => {
      const upload = await uploaded(ann, someBytes(10), { conversationId: chat })
      expect((await ann.request('DELETE', `/api/uploads/${upload.id}`)).status).toBe(204)
      return upload.id
    }
    const own = await uploaded(ann, someBytes(10), { conversationId: chat })
    const rest = await sendFiles(ann, chat, [await gone(), own.id])
    expect([rest.status, rest.body.message.attachments.map(({ id }: { id: string }) => id)]).toEqual([201, [own.id]])
    const send = async (text: string) =>
      ann.post(`/api/conversations/${chat}/messages`, { clientId: newClientId(), text, uploadIds: [await gone()] })
    const words = await send('the words stay')
    expect([words.status, words.body.message.text, words.body.message.attachments]).toEqual([201, 'the words stay', []])
    const nothing = await send('  ')
    expect([nothing.status, nothing.body.data.issues]).toEqual([
      404,
      [expect.objectContaining({ path: ['uploadIds'], code: 'gone' })],
    ])
  })

  it('lists shared files in both directions, and describes the file of a quoted message', async () => {
    const { id } = await ann.chatWith(await register(stored.server.url, 'Cleo'))
    const sent = []
    for (const name of ['a.txt', 'b.txt', 'c.txt'])
      sent.push(await sentFile(ann, id, someBytes(10), { name, mime: 'text/plain' }))
    const list = async (query: string) =>
      (await ann.get(`/api/conversations/${id}/shared?kind=files&${query}`)).body.messages.map(
        ({ attachments }: any) => attachments[0].name,
      )
    expect(await list('')).toEqual(['c.txt', 'b.txt', 'a.txt'])
    expect(await list(`before=${sent[2]!.seq}&limit=1`)).toEqual(['b.txt'])
    expect(await list(`after=${sent[0]!.seq}&limit=1`)).toEqual(['b.txt'])
    expect(await list(`after=${sent[0]!.seq}`)).toEqual(['b.txt', 'c.txt'])

    const reply = { clientId: newClientId(), text: 'this one', replyToId: sent[1]!.id }
    const { message } = (await ann.post(`/api/conversations/${id}/messages`, reply)).body
    expect(message.replyTo).toMatchObject({ excerpt: '', files: { kind: 'document', count: 1, name: 'b.txt' } })
    await ann.request('DELETE', `/api/conversations/${id}/messages/${sent[1]!.id}`)
    const [last] = (await ann.get(`/api/conversations/${id}/messages?limit=1`)).body.messages
    expect(last.replyTo).toMatchObject({ excerpt: '', files: null })
  })

  it('keeps the claimed size of a film, and of no other file', async () => {
    const film = await readFile(new URL('../../scripts/seed/files/pier.webm', import.meta.url))
    for (const [mime, width] of [
      ['video/webm', 320],
      ['application/octet-stream', null],
    ] as const) {
      const bytes = mime === 'video/webm' ? film : someBytes(100)
      const upload = await begun(ann, { conversationId: chat, size: bytes.length, mime, name: 'one' })
      const parts = await sendParts(ann, upload, bytes)
      const complete = (frame: object) => ann.post(`/api/uploads/${upload.id}/complete`, { parts, frame })
      expect((await complete({ width: 0, height: 240 })).status).toBe(422)
      expect((await complete({ width: 320, height: 240 })).body.upload.width).toBe(width)
    }
  })

  it('shows a film’s first frame, which was sent with it, as long as the film exists', async () => {
    const film = await readFile(new URL('../../scripts/seed/files/pier.webm', import.meta.url))
    const first = (await picture('jpeg', 320, 240)).toString('base64')
    const send = async (poster: string) => {
      const upload = await begun(ann, {
        conversationId: chat,
        size: film.length,
        mime: 'video/webm',
        name: 'pier.webm',
      })
      const parts = await sendParts(ann, upload, film)
      const frame = { width: 320, height: 240, poster }
      return { id: upload.id, ...(await ann.post(`/api/uploads/${upload.id}/complete`, { parts, frame })) }
    }
    expect((await send('A'.repeat(44_004))).status).toBe(422)
    expect((await send('no base64!')).status).toBe(422)
    // No picture, and one that would be far too large: the film goes without.
    for (const nothing of [someBytes(500), flood(50_000, 50_000)]) {
      const { status, body } = await send(nothing.toString('base64'))
      expect([status, body.upload.thumbnailUrl]).toEqual([200, null])
    }
    const { id, body } = await send(first)
    const { status, headers } = await read(ann, body.upload.thumbnailUrl)
    expect([status, headers.get('content-type')]).toEqual([200, 'image/webp'])
    const { message } = (await sendFiles(ann, chat, [id])).body
    expect((await read(bob, message.attachments[0].thumbnailUrl)).status).toBe(200)
    await ann.request('DELETE', `/api/conversations/${chat}/messages/${message.id}`)
    expect((await read(bob, message.attachments[0].thumbnailUrl)).status).toBe(404)
    await eventually(
      async () => !(await stored.keys()).some((key) => key.includes(id)),
      'the film and its frame are gone',
    )
  })

  it('works over the socket', async () => {
    const upload = await uploaded(ann, someBytes(10), { conversationId: chat })
    const socket = await ann.connect()
    const answer = await socket.request('message.send', {
      conversationId: chat,
      clientId: newClientId(),
      uploadIds: [upload.id],
    })
    expect([answer.ok, answer.data.message.attachments[0].id]).toEqual([true, upload.id])
    await socket.close()
  })

  it('keeps the files when the text is changed, and can have a text added', async () => {
    const message = await sentFile(ann, chat, someBytes(10))
    const edited = await ann.request('PATCH', `/api/conversations/${chat}/messages/${message.id}`, {
      text: 'see www.example.com',
    })
    expect([edited.status, edited.body.message.attachments]).toEqual([200, message.attachments])
    for (const kind of ['files', 'links']) {
      expect((await bob.get(`/api/conversations/${chat}/shared?kind=${kind}&limit=1`)).body.messages[0].id).toBe(
        message.id,
      )
    }
  })

  describe('in a group', () => {
    const deny = (group: string, member: Person, rights: string[]) =>
      ann.request('PATCH', `/api/conversations/${group}/members/${member.user.id}`, { deny: rights })

    it('needs the right for each kind of file, when the upload begins and when it is sent', async () => {
      const group = await groupOf(ann, [bob])
      const made = await uploaded(bob, someBytes(10), { conversationId: group })
      expect((await deny(group, bob, ['sendFile'])).status).toBe(200)
      const answers = [
        await bob.post('/api/uploads', { conversationId: group, name: 'x', mime: '', size: 1, kind: 'file' }),
        await sendFiles(bob, group, [made.id]),
      ]
      for (const { status, body } of answers) expect([status, body.data.code]).toEqual([403, 'FORBIDDEN'])
      expect(
        (await bob.post('/api/uploads', { conversationId: group, name: 'x', mime: '', size: 1, kind: 'image' })).status,
      ).toBe(201)
      await deny(group, bob, ['sendImage'])
      expect(
        (await bob.post('/api/uploads', { conversationId: group, name: 'x', mime: '', size: 1, kind: 'image' })).status,
      ).toBe(403)
      expect((await sendFiles(bob, group, [made.id])).status).toBe(201)
      // Words beside files are text.
      await deny(group, bob, ['sendText'])
      const other = await uploaded(bob, someBytes(10), { conversationId: group })
      expect((await sendFiles(bob, group, [other.id], { text: 'words' })).status).toBe(403)
      expect((await sendFiles(bob, group, [other.id])).status).toBe(201)
    })

    it('ends with the membership: for reading, completing and sending', async () => {
      const group = await groupOf(ann, [bob])
      const message = await sentFile(ann, group, someBytes(10))
      const { url } = message.attachments[0]!
      const own = await uploaded(bob, someBytes(10), { conversationId: group })
      expect((await read(bob, url)).status).toBe(200)
      await ann.request('DELETE', `/api/conversations/${group}/members/${bob.user.id}`)
      const file = await bob.get(url)
      expect([file.status, file.body.data.code]).toEqual([404, 'NOT_FOUND'])
      expect((await sendFiles(bob, group, [own.id])).status).toBe(404)
      expect((await read(bob, own.url!)).status).toBe(404)
      expect((await read(ann, url)).status).toBe(200)
    })

    it('shows newcomers the files of the messages that they can see', async () => {
      const group = await groupOf(ann, [], { history: 'joined' })
      const before = await sentFile(ann, group, someBytes(10))
      await ann.post(`/api/conversations/${group}/members`, { userIds: [bob.user.id] })
      const after = await sentFile(ann, group, someBytes(10))
      expect((await read(bob, before.attachments[0]!.url)).status).toBe(404)
      expect((await read(bob, after.attachments[0]!.url)).status).toBe(200)
      expect(
        (await bob.get(`/api/conversations/${group}/shared?kind=files`)).body.messages.map(
          ({ id }: { id: string }) => id,
        ),
      ).toEqual([after.id])
      await ann.request('PATCH', `/api/conversations/${group}`, { settings: { history: 'all' } })
      expect((await read(bob, before.attachments[0]!.url)).status).toBe(200)
    })
  })
})
