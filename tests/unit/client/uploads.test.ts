import { beforeEach, describe, expect, it, vi } from 'vitest'
import { useSharedStore } from '~/stores/shared'
import { pass, settle, useFakeTime } from './browserOfTests'
import type { StoredUpload } from './fakeFiles'
import type { FakeServer, Talk } from './fakeServer'
import { file, PART, UploadWorld } from './uploadWorld'

const MIB = 1024 ** 2

let world: UploadWorld
let server: FakeServer
let talk: Talk
beforeEach(() => {
  useFakeTime()
  world = new UploadWorld()
  ;({ server, talk } = world)
  return () => vi.useRealTimers()
})

describe('an upload', () => {
  it('is sent in parts, and its message when they are complete', async () => {
    const tab = await world.openChat()
    world.sendFile(tab, 2 * PART + 5, 'look')
    expect(tab.bubbles(talk.id)).toEqual(['look:queued'])
    expect(world.shown(tab)).toMatchObject([
      { name: 'film.mkv', size: 2 * PART + 5, kind: 'file', state: 'waiting', sent: 0 },
    ])
    await settle()
    const [upload] = [...server.files.uploads.values()] as [StoredUpload]
    expect(upload.body).toEqual({
      conversationId: talk.id,
      kind: 'file',
      name: 'film.mkv',
      mime: 'video/x-matroska',
      size: 2 * PART + 5,
    })
    expect([...upload.parts].map(([number, { bytes }]) => [number, bytes.size])).toEqual([
      [1, PART],
      [2, PART],
      [3, 5],
    ])
    expect(server.files.sent).toEqual([upload.id])
    expect(world.texts()).toEqual(['look'])
    expect(tab.bubbles(talk.id)).toEqual([])
    expect(server.files.cancelled).toEqual([])
  })

  it('sends three parts at a time over all files, the first file first', async () => {
    const tab = await world.openChat()
    const line = world.holdParts()
    for (let n = 0; n < 2; n++) world.sendFile(tab, 4 * PART)
    await settle()
    expect(server.files.puts).toEqual(['0/1', '0/2', '0/3'])
    expect(world.states(tab)).toEqual(['sending', 'waiting'])
    line.held.shift()!()
    await settle()
    expect(server.files.puts.at(-1)).toBe('0/4')
    line.held.shift()!()
    await settle()
    expect(server.files.puts.at(-1)).toBe('1/1')
    line.release()
    await settle()
    expect(server.files.most).toBe(3)
    expect(server.files.sent).toHaveLength(2)
  })

  it('shows its progress, speed and remaining time', async () => {
    const tab = await world.openChat()
    const progress: ((bytes: number) => void)[] = []
    server.files.onPut = (_upload, _number, request) => {
      progress.push(request.onProgress)
      return new Promise(() => {})
    }
    world.sendFile(tab, 4 * PART)
    for (let second = 1; second <= 4; second++) {
      await settle()
      progress[0]!(second * MIB)
      await pass(1_000)
    }
    const [upload] = world.shown(tab)
    expect(upload).toMatchObject({ sent: 4 * MIB, secondsLeft: 28, state: 'sending' })
    expect(upload!.speed).toBeCloseTo(MIB, 0)
  })

  it('is sent as a picture if it is one, and is shown at once', async () => {
    const tab = await world.openChat()
    const picture = file(9, 'sun.png', 'image/png')
    const files = [
      { file: picture, asFile: false },
      { file: picture, asFile: true },
    ]
    world.holdParts()
    tab.messages.sendFiles(talk.id, { files, text: '' })
    await settle()
    expect(world.shown(tab)).toMatchObject([{ kind: 'image', width: 4, height: 3 }, { kind: 'file' }])
    expect(world.shown(tab)[0]!.previewUrl).toMatch(/^blob:/)
    expect([...server.files.uploads.values()].map(({ body }) => body.kind)).toEqual(['image', 'file'])
  })

  it('sends more files than fit into one message in several', async () => {
    const tab = await world.openChat()
    const files = Array.from({ length: 12 }, () => ({ file: file(1), asFile: true }))
    tab.messages.sendFiles(talk.id, { files, text: 'all' })
    await pass(1_000)
    expect(world.texts()).toEqual(['all', ''])
    expect(server.files.sent).toHaveLength(12)
  })
})

describe('a sender', () => {
  it('pauses, continues with the missing parts, and cancels', async () => {
    const tab = await world.openChat()
    const line = world.holdParts((number) => number > 1)
    const entry = world.sendFile(tab, 3 * PART)
    await settle()
    const [localId] = entry.uploads as [string]
    tab.uploads.pause(localId)
    await settle()
    expect(world.shown(tab)).toMatchObject([{ state: 'paused', sent: PART, speed: 0 }])
    expect(server.files.underWay).toBe(0)
    await pass(60_000)
    expect(server.files.puts).toHaveLength(3)
    line.release()
    tab.uploads.resume(localId)
    await settle()
    expect(server.files.puts.slice(3)).toEqual(['0/2', '0/3'])
    expect(server.files.sent).toHaveLength(1)

    world.holdParts()
    const other = world.sendFile(tab, 3 * PART, 'never')
    await settle()
    tab.uploads.cancel(other.uploads[0]!)
    await settle()
    expect(tab.bubbles(talk.id)).toEqual([])
    expect(server.files.cancelled).toHaveLength(1)
    expect(server.files.underWay).toBe(0)
    expect(await world.stored('uploads')).toEqual([])
    expect(await world.stored('files')).toEqual([])
    expect(world.texts()).toEqual([''])
  })

  it('removes one file from a message, and the rest is sent', async () => {
    const tab = await world.openChat()
    const line = world.holdParts()
    tab.messages.sendFiles(talk.id, { files: [1, 2].map((size) => ({ file: file(size), asFile: true })), text: 'one' })
    await settle()
    const [{ uploads, clientId }] = tab.messages.history(talk.id)!.pending as any
    tab.uploads.cancel(uploads[0])
    expect(tab.uploads.of(clientId)).toHaveLength(1)
    line.release()
    await settle()
    expect(world.texts()).toEqual(['one'])
    expect(server.files.sent).toHaveLength(1)
  })

  it('deletes a waiting message, and with it its uploads', async () => {
    const tab = await world.openChat()
    world.holdParts()
    const { clientId } = world.sendFile(tab, 3 * PART)
    await settle()
    tab.messages.discard(clientId)
    await settle()
    expect(server.files.cancelled).toHaveLength(1)
    expect(tab.uploads.of(clientId)).toEqual([])
    expect(await world.stored('uploads')).toEqual([])
  })

  it('cancels before the server has answered the beginning', async () => {
    const tab = await world.openChat()
    let answer = () => {}
    server.files.onCreate = () => new Promise<void>((done) => (answer = done))
    const { clientId } = world.sendFile(tab, PART)
    await settle()
    tab.messages.discard(clientId)
    answer()
    await settle()
    expect(server.files.uploads.size).toBe(0)
    expect(server.files.cancelled).toHaveLength(1)
  })

  it('writes meanwhile: a long upload delays no text, and texts keep their order', async () => {
    const tab = await world.openChat()
    const line = world.holdParts()
    tab.messages.send(talk.id, 'before')
    world.sendFile(tab, PART, 'film')
    tab.messages.send(talk.id, 'one')
    tab.messages.send(talk.id, 'two')
    await pass(1_000)
    expect(world.texts()).toEqual(['before', 'one', 'two'])
    expect(tab.bubbles(talk.id)).toEqual(['film:queued'])
    line.release()
    await pass(1_000)
    expect(world.texts()).toEqual(['before', 'one', 'two', 'film'])
  })
})

it('an avatar is sent in the same way, and reports a failure', async () => {
  const tab = await world.openChat()
  const blob = new Blob([new Uint8Array(10)], { type: 'image/webp' })
  await tab.session.setAvatar(blob)
  const [upload] = [...server.files.uploads.values()]
  expect(upload!.body).toEqual({
    kind: 'avatar',
    conversationId: null,
    name: 'avatar.webp',
    mime: 'image/webp',
    size: 10,
  })
  expect(tab.session.me!.avatarUrl).toBe(`/api/files/${upload!.id}`)
  await tab.session.removeAvatar()
  expect(tab.session.me!.avatarUrl).toBe(null)
  server.files.reachable = false
  const failing = tab.session.setAvatar(blob).catch((error) => error.code)
  await pass(20_000)
  expect(await failing).toBe('OFFLINE')
})

it('shared files are requested by their kind, page by page', async () => {
  const tab = await world.openChat()
  await useSharedStore()
    .page(talk.id, 'media', { before: 7 })
    .catch(() => {})
  expect(tab.session.status).toBe('in')
  expect(world.asked(/shared/).map(({ path }) => path)).toEqual([
    `/api/conversations/${talk.id}/shared?kind=media&before=7`,
  ])
})
