import { beforeEach, describe, expect, it, vi } from 'vitest'
import { pass, settle, useFakeTime } from './browserOfTests'
import { ANN, ErrorAnswer, type FakeServer } from './fakeServer'
import { file, PART, UploadWorld } from './uploadWorld'

let world: UploadWorld
let server: FakeServer
beforeEach(() => {
  useFakeTime()
  world = new UploadWorld()
  ;({ server } = world)
  return () => {
    vi.restoreAllMocks()
    vi.useRealTimers()
  }
})

/** A tab with an upload whose first part has arrived, closed without a word. */
async function brokenOff(text = '') {
  const tab = await world.openChat()
  world.holdParts((number) => number > 1)
  world.sendFile(tab, 3 * PART, text)
  await settle()
  tab.close()
  await settle()
  server.files.onPut = () => {}
}

describe('a reload', () => {
  it('loses only the parts that were under way', async () => {
    await brokenOff('film')
    const tab = await world.openChat()
    await pass(500)
    expect(server.files.puts.slice(3)).toEqual(['0/2', '0/3'])
    expect(world.asked(/POST .*parts/).map(({ body }) => body)).toEqual([{ numbers: [2, 3] }])
    expect(server.files.uploads.size).toBe(1)
    expect(server.files.sent).toHaveLength(1)
    expect(world.texts()).toEqual(['film'])
    expect(tab.bubbles(world.talk.id)).toEqual([])
    expect(await world.stored('uploads')).toEqual([])
    expect(await world.stored('files')).toEqual([])
  })

  it('offline shows what waits, and continues when the network is back', async () => {
    await brokenOff()
    server.reachable = server.files.reachable = false
    const tab = await world.openChat()
    await pass(5_000)
    expect(world.shown(tab)).toMatchObject([{ state: 'waiting', sent: PART, name: 'film.mkv' }])
    server.reachable = server.files.reachable = true
    tab.signal('online')
    await pass(3_000)
    expect(server.files.sent).toHaveLength(1)
  })

  it('leaves paused uploads paused', async () => {
    const tab = await world.openChat()
    const line = world.holdParts((number) => number > 1)
    const entry = world.sendFile(tab, 3 * PART)
    await settle()
    tab.uploads.pause(entry.uploads[0]!)
    await settle()
    tab.close()
    line.release()
    const again = await world.openChat()
    await pass(5_000)
    expect(world.shown(again)).toMatchObject([{ state: 'paused', sent: PART }])
    again.uploads.resume(entry.uploads[0]!)
    await pass(500)
    expect(server.files.sent).toHaveLength(1)
  })

  it('after more than a day begins again, because the server has removed the upload', async () => {
    await brokenOff()
    server.files.uploads.clear()
    await world.openChat()
    await pass(500)
    expect(server.files.puts.slice(3)).toEqual(['0/1', '0/2', '0/3'])
    expect(server.files.sent).toHaveLength(1)
  })

  it('sends a complete upload once more if the server has removed it after a day', async () => {
    const tab = await world.openChat()
    server.onSend = () => {
      throw new ErrorAnswer('UNAVAILABLE')
    }
    world.sendFile(tab, PART, 'from yesterday')
    await pass(500)
    expect(world.states(tab)).toEqual(['complete'])
    tab.close()
    vi.setSystemTime(Date.now() + 24 * 3_600_000)
    server.files.uploads.clear()
    server.onSend = () => {}
    await world.openChat()
    await pass(1_000)
    expect(world.texts()).toEqual(['from yesterday'])
    expect(server.files.sent).toHaveLength(1)
    expect(server.files.puts).toHaveLength(2)
  })

  it('asks for a file that the browser does not keep, and accepts no other one', async () => {
    world.keepNoFiles()
    await brokenOff()
    const tab = await world.openChat()
    await pass(500)
    expect(world.shown(tab)).toMatchObject([{ state: 'needsFile', sent: PART, canReopen: false }])
    const { localId } = world.shown(tab)[0]!
    expect(tab.uploads.provideFile(localId, file(3 * PART, 'other.mkv'))).toBe(false)
    expect(tab.uploads.provideFile(localId, file(PART))).toBe(false)
    const touched = new File([new Uint8Array(3 * PART)], 'film.mkv', { lastModified: 2_000 })
    expect(tab.uploads.provideFile(localId, touched)).toBe(false)
    await pass(500)
    expect(world.states(tab)).toEqual(['needsFile'])
    expect(tab.uploads.provideFile(localId, file(3 * PART))).toBe(true)
    await pass(500)
    expect(server.files.puts.slice(3)).toEqual(['0/2', '0/3'])
    expect(server.files.sent).toHaveLength(1)
  })

  it('keeps small files, and of large ones only what finds them again', async () => {
    const tab = await world.openChat()
    world.holdParts()
    const large = file(1)
    Object.defineProperty(large, 'size', { value: 300 * 1024 ** 2 })
    tab.messages.sendFiles(world.talk.id, {
      files: [
        { file: file(7), asFile: true },
        { file: large, asFile: true },
      ],
      text: '',
    })
    await pass(500)
    expect((await world.stored('files')).map((kept: any) => kept.blob.size)).toEqual([7])
    expect(await world.stored('uploads')).toMatchObject([{ size: 7 }, { size: 300 * 1024 ** 2, lastModified: 1_000 }])
  })

  it('drops files that no message needs', async () => {
    await brokenOff()
    const { openDatabase } = await import('~/client/storage/database')
    const database = await openDatabase(ANN.id)
    await database!.clear('outbox')
    database!.close()
    const tab = await world.openChat()
    await pass(1_000)
    expect(tab.bubbles(world.talk.id)).toEqual([])
    expect(server.files.cancelled).toHaveLength(1)
    expect(await world.stored('uploads')).toEqual([])
  })

  it('fails a message whose files are missing', async () => {
    await brokenOff('film')
    const { openDatabase } = await import('~/client/storage/database')
    const database = await openDatabase(ANN.id)
    await database!.clear('uploads')
    database!.close()
    const tab = await world.openChat()
    await pass(10_000)
    expect(tab.bubbles(world.talk.id)).toEqual(['film:failed'])
    expect(tab.messages.history(world.talk.id)!.pending[0]!.error!.code).toBe('NOT_FOUND')
  })
})

describe('a file that changes while it is sent', () => {
  async function sendChanging(reads: 'once' | 'never') {
    const tab = await world.openChat()
    const gone = new DOMException('gone', 'NotReadableError')
    const reading = vi.spyOn(Blob.prototype, 'arrayBuffer')
    server.files.onPut = (_upload, number) => {
      if (number !== 2 || (reads === 'once' && reading.mock.calls.length > 0)) return undefined
      if (reads === 'once') reading.mockRejectedValueOnce(gone)
      else reading.mockRejectedValue(gone)
      throw new TypeError('network')
    }
    world.sendFile(tab, 3 * PART)
    await pass(2_000)
    return tab
  }

  it('continues with the stored copy', async () => {
    await sendChanging('once')
    expect(server.files.sent).toHaveLength(1)
    expect(server.files.puts.filter((part) => part !== '0/2')).toEqual(['0/1', '0/3'])
  })

  it('is requested again if there is none', async () => {
    const tab = await sendChanging('never')
    expect(world.states(tab)).toEqual(['needsFile'])
  })
})

it('after a sign-out nothing is sent and nothing is left', async () => {
  const tab = await world.openChat()
  const line = world.holdParts()
  world.sendFile(tab, 3 * PART)
  await settle()
  await tab.session.logout()
  line.release()
  await pass(5_000)
  expect(server.files.puts).toHaveLength(3)
  expect(await world.stored('uploads')).toEqual([])
  expect(await world.stored('files')).toEqual([])
})

it('without a database an upload lives as long as the page', async () => {
  const tab = await world.openChat({ hasDatabase: false })
  const line = world.holdParts()
  const { uploads } = world.sendFile(tab, 2 * PART)
  await settle()
  tab.uploads.pause(uploads[0]!)
  await settle()
  expect(world.states(tab)).toEqual(['paused'])
  line.release()
  tab.uploads.resume(uploads[0]!)
  await pass(500)
  expect(server.files.sent).toHaveLength(1)
})
