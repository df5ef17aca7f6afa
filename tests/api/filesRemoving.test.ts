import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import mongoose from 'mongoose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { serveStore } from '../../server/embedded/serve'
import { newClientId, type Person, register } from '../support/person'
import { photo } from '../support/files/pictures'
import { eventually, stores, warnWithoutS3, type StoredServer } from '../support/files/stores'
import {
  begun,
  complete,
  groupOf,
  read,
  sendFiles,
  sendParts,
  sentFile,
  someBytes,
  uploaded,
} from '../support/files/uploads'

warnWithoutS3('Removing files')

describe.each(stores)('removing files, $store', ({ start }) => {
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

  const isEmptyOf = (part: string) =>
    eventually(async () => !(await stored.keys()).some((key) => key.includes(part)), `nothing of ${part} is left`)

  it('with a message ends reading at once, and removes every object', async () => {
    const picture = await uploaded(ann, await photo(), { conversationId: chat, kind: 'image', mime: 'image/jpeg' })
    const file = await uploaded(ann, someBytes(100), { conversationId: chat })
    const sent = (await sendFiles(ann, chat, [picture.id, file.id], { text: 'look' })).body.message
    const paths = [picture.url!, picture.thumbnailUrl!, `${picture.thumbnailUrl}?size=large`, file.url!]
    for (const path of paths) expect((await read(bob, path)).status).toBe(200)
    expect((await stored.keys()).filter((key) => key.includes(picture.id) || key.includes(file.id))).toHaveLength(4)
    expect((await ann.request('DELETE', `/api/conversations/${chat}/messages/${sent.id}`)).status).toBe(204)
    for (const path of paths) for (const person of [ann, bob]) expect((await person.get(path)).status).toBe(404)
    await Promise.all([isEmptyOf(picture.id), isEmptyOf(file.id)])
    const { messages } = (await bob.get(`/api/conversations/${chat}/messages?limit=1`)).body
    expect(messages[0]).toMatchObject({ id: sent.id, text: '', attachments: [] })
    for (const kind of ['media', 'files'])
      expect((await bob.get(`/api/conversations/${chat}/shared?kind=${kind}`)).body.messages).toEqual([])
    // A late retry gets what has become of it, and sends nothing again.
    const retry = await ann.post(`/api/conversations/${chat}/messages`, {
      clientId: sent.clientId,
      text: 'look',
      uploadIds: [picture.id, file.id],
    })
    expect([retry.status, retry.body.message.attachments]).toEqual([200, []])
  })

  it('with a group removes sent and unsent files', async () => {
    const group = await groupOf(ann, [bob])
    const message = await sentFile(ann, group, await photo(), { kind: 'image', mime: 'image/jpeg' })
    const others = await Promise.all(
      Array.from({ length: 4 }, () => uploaded(bob, someBytes(10), { conversationId: group })),
    )
    const pending = await begun(bob, { conversationId: group, size: 5 })
    const waiting = await stored.unfinished()
    expect((await ann.request('DELETE', `/api/conversations/${group}`)).status).toBe(204)
    for (const url of [message.attachments[0]!.url, others[0]!.url!])
      for (const person of [ann, bob]) expect((await person.get(url)).status).toBe(404)
    await isEmptyOf(group)
    await eventually(async () => (await stored.unfinished()) === waiting - 1, 'the unfinished upload is given up')
    const late = await complete(bob, pending.id, [{ number: 1, etag: '"x"' }])
    expect(late.status).toBe(404)
  })

  it('by cancelling an upload during its completion leaves nothing', async () => {
    const bytes = await photo(3_000, 2_000)
    const upload = await begun(ann, { conversationId: chat, kind: 'image', mime: 'image/jpeg', size: bytes.length })
    const parts = await sendParts(ann, upload, bytes)
    const completing = complete(ann, upload.id, parts)
    const cancelled = await ann.request('DELETE', `/api/uploads/${upload.id}`)
    expect([204, 404]).toContain(cancelled.status)
    expect([200, 404, 422]).toContain((await completing).status)
    expect((await ann.get(`/api/files/${upload.id}`)).status).toBe(404)
    await isEmptyOf(upload.id)
  })

  it('by cancelling an upload while it is sent does one of the two', async () => {
    for (let round = 0; round < 10; round++) {
      const upload = await uploaded(ann, someBytes(10), { conversationId: chat })
      const [sent, cancelled] = await Promise.all([
        sendFiles(ann, chat, [upload.id]),
        ann.request('DELETE', `/api/uploads/${upload.id}`),
      ])
      const file = (await read(bob, upload.url!)).status
      if (sent.status === 201) expect([cancelled.status, file]).toEqual([409, 200])
      else expect([cancelled.status, file]).toEqual([204, 404])
    }
  })
})

describe('the sweep', () => {
  let folder: string
  let stored: StoredServer
  let stopDatabase: () => Promise<void>
  let sweepOrphans: (now?: number) => Promise<number>
  let ann: Person
  let bob: Person
  let chat: string

  beforeAll(async () => {
    // The sweep runs in this process, on the database and the folder of a server.
    folder = await mkdtemp(join(tmpdir(), 'webchat-sweep-'))
    const database = await serveStore({ folder: join(folder, 'database') })
    stopDatabase = () => database.close()
    const MONGODB_URI = database.uri
    stored = await stores[0]!.start({ DATA_DIR: folder, MONGODB_URI, JWT_SECRET: 'a secret that only this test has' })
    Object.assign(process.env, { DATA_DIR: folder, S3_BUCKET: '', LOG_LEVEL: 'silent' })
    await mongoose.connect(MONGODB_URI)
    ;({ sweepOrphans } = await import('../../server/services/files/sweep'))
    ;[ann, bob] = (await Promise.all(['Ann', 'Bob'].map((name) => register(stored.server.url, name)))) as [
      Person,
      Person,
    ]
    chat = (await ann.chatWith(bob)).id
  })
  afterAll(async () => {
    await mongoose.disconnect()
    await stored?.server.kill()
    await stopDatabase?.()
    await rm(folder, { recursive: true, force: true })
  })

  const hours = (count: number) => Date.now() + count * 3_600_000
  const uploads = () => mongoose.connection.collection('uploads')

  it('removes uploads that were not sent for a day, and nothing else', async () => {
    const sent = await sentFile(ann, chat, someBytes(10))
    const face = await uploaded(ann, await photo(), { kind: 'avatar', mime: 'image/jpeg' })
    await ann.request('PATCH', '/api/me', { avatarUploadId: face.id })
    const kept = await stored.keys()
    const unsent = await uploaded(ann, await photo(), { conversationId: chat, kind: 'image', mime: 'image/jpeg' })
    await begun(ann, { conversationId: chat })
    expect(await sweepOrphans(hours(23))).toBe(0)
    expect((await read(ann, unsent.url!)).status).toBe(200)
    expect(await sweepOrphans(hours(25))).toBe(2)
    expect([await stored.keys(), await stored.unfinished()]).toEqual([kept, 0])
    expect((await read(ann, unsent.url!)).status).toBe(404)
    expect((await read(bob, sent.attachments[0]!.url)).status).toBe(200)
    expect((await read(bob, face.url!)).status).toBe(200)
    expect(await sweepOrphans(hours(25))).toBe(0)
  })

  it('finishes an interrupted removal, including thumbnails that the database does not name', async () => {
    const before = await stored.keys()
    const upload = await uploaded(ann, await photo(), { conversationId: chat, kind: 'image', mime: 'image/jpeg' })
    await uploads().updateOne(
      { _id: new mongoose.Types.ObjectId(upload.id) },
      { $set: { status: 'removed', thumbnails: null } },
    )
    expect(await sweepOrphans()).toBe(1)
    expect(await stored.keys()).toEqual(before)
  })

  it('handles more than one batch', async () => {
    const upload = await begun(ann, { conversationId: chat })
    const record = await uploads().findOne({ _id: new mongoose.Types.ObjectId(upload.id) })
    const copies = Array.from({ length: 250 }, (_, index) => ({
      ...record,
      _id: new mongoose.Types.ObjectId(),
      key: `uploads/copy/${index}/original`,
    }))
    await uploads().insertMany(copies)
    expect(await sweepOrphans(hours(25))).toBe(251)
  })

  describe('after an interrupted send', () => {
    /** As a server that died between claiming the files and noting where their message stands leaves it. */
    const forget = (id: string) =>
      uploads().updateOne({ _id: new mongoose.Types.ObjectId(id) }, { $set: { messageSeq: null } })

    it('keeps the files of a message that was stored, which everyone can read meanwhile', async () => {
      const message = await sentFile(ann, chat, someBytes(10))
      const { id, url } = message.attachments[0]!
      await forget(id)
      expect((await read(bob, url)).status).toBe(200)
      expect(await sweepOrphans(hours(25))).toBe(0)
      expect((await read(bob, url)).status).toBe(200)
      expect((await uploads().findOne({ _id: new mongoose.Types.ObjectId(id) }))!.messageSeq).toBe(message.seq)
    })

    it('lets only the same send continue, and removes the files if nobody tries again', async () => {
      const claim = async () => {
        const upload = await uploaded(ann, someBytes(10), { conversationId: chat })
        const clientId = newClientId()
        const _id = new mongoose.Types.ObjectId(upload.id)
        await uploads().updateOne({ _id }, { $set: { messageId: new mongoose.Types.ObjectId(), clientId } })
        return { upload, clientId }
      }
      const [one, other] = [await claim(), await claim()]
      expect((await read(bob, one.upload.url!)).status).toBe(404)
      expect((await sendFiles(ann, chat, [one.upload.id])).status).toBe(409)
      expect((await sendFiles(ann, chat, [one.upload.id], { clientId: one.clientId })).status).toBe(201)
      expect((await read(bob, one.upload.url!)).status).toBe(200)
      expect(await sweepOrphans(hours(25))).toBe(1)
      expect((await read(ann, other.upload.url!)).status).toBe(404)
      expect((await read(bob, one.upload.url!)).status).toBe(200)
    })
  })

  it('lets an interrupted completion be repeated once its time is over', async () => {
    const upload = await begun(ann, { conversationId: chat, size: 5 })
    const parts = await sendParts(ann, upload, Buffer.from('hello'))
    const completingAt = (secondsAgo: number) =>
      uploads().updateOne(
        { _id: new mongoose.Types.ObjectId(upload.id) },
        { $set: { status: 'completing', completingAt: new Date(Date.now() - secondsAgo * 1_000) } },
      )
    await completingAt(30)
    expect((await complete(ann, upload.id, parts)).status).toBe(409)
    await completingAt(61)
    expect((await complete(ann, upload.id, parts)).status).toBe(200)
  })
})
