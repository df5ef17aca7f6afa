import { beforeEach, describe, expect, it, vi } from 'vitest'
import { pass, settle, useFakeTime } from './browserOfTests'
import { ErrorAnswer, type FakeServer } from './fakeServer'
import { file, PART, UploadWorld } from './uploadWorld'

let world: UploadWorld
let server: FakeServer
beforeEach(() => {
  useFakeTime()
  world = new UploadWorld()
  ;({ server } = world)
  return () => vi.useRealTimers()
})

describe('a bad line', () => {
  it('has only failed parts sent again, after growing waits', async () => {
    const tab = await world.openChat()
    let failures = 3
    const tries: number[] = []
    server.files.onPut = (_upload, number) => {
      if (number !== 2 || failures-- <= 0) return undefined
      tries.push(Date.now())
      if (failures === 1) return 503
      throw new TypeError('network')
    }
    world.sendFile(tab, 3 * PART)
    await pass(10_000)
    expect(tries.map((time) => time - tries[0]!)).toEqual([0, 500, 1_500])
    expect(server.files.puts.filter((part) => part === '0/1')).toHaveLength(1)
    expect(server.files.sent).toHaveLength(1)
  })

  it('is waited for, and the first event of the network ends the wait', async () => {
    const tab = await world.openChat()
    const line = world.holdParts((number) => number > 1)
    world.sendFile(tab, 3 * PART)
    await settle()
    server.files.reachable = server.reachable = false
    line.release()
    await pass(20_000)
    expect(world.states(tab)).toEqual(['waiting'])
    expect(world.shown(tab)[0]).toMatchObject({ sent: PART, speed: 0, secondsLeft: null })
    server.files.reachable = server.reachable = true
    tab.signal('online')
    await pass(500)
    expect(server.files.sent).toHaveLength(1)
    expect(server.files.puts.filter((part) => part === '0/1')).toHaveLength(1)
  })

  it('can stop silently: a part that makes no progress is sent again', async () => {
    const tab = await world.openChat()
    server.files.onPut = () => {
      server.files.onPut = () => {}
      return new Promise(() => {})
    }
    world.sendFile(tab, PART)
    await pass(61_000)
    expect(server.files.sent).toHaveLength(1)
  })

  it('makes it request new addresses when the first have expired, once for all parts', async () => {
    const tab = await world.openChat()
    const line = world.holdParts((number) => number === 1)
    world.sendFile(tab, 6 * PART)
    await settle()
    line.release()
    server.files.onPut = () => {}
    server.files.expireAddresses()
    world.sendFile(tab, PART)
    await settle()
    expect(server.files.sent).toHaveLength(2)
    server.files.expireAddresses()
    const gone = world.holdParts()
    world.sendFile(tab, 6 * PART)
    await settle()
    server.files.expireAddresses()
    gone.release()
    await settle()
    server.files.onPut = () => {}
    await pass(1_000)
    const third = server.files.sent[2]!
    expect(world.asked(new RegExp(`POST /api/uploads/${third}/parts`)).map(({ body }) => body)).toEqual([
      { numbers: [4, 5, 6] },
    ])
  })

  it('can lose the answer to the completion: it is requested again', async () => {
    const tab = await world.openChat()
    let lost = 2
    server.beforeAnswer = async (path) => {
      if (path.endsWith('/complete') && lost-- > 0) throw new TypeError('network')
    }
    world.sendFile(tab, PART)
    await pass(5_000)
    expect(server.files.sent).toHaveLength(1)
    expect(server.files.uploads.size).toBe(1)
  })
})

describe('a refusal', () => {
  const REFUSED = [{ path: ['mime'], code: 'unreadable' as const, params: {}, message: 'no' }]

  it('of a file that is removed from the message sends the rest: the text, or nothing', async () => {
    const tab = await world.openChat()
    server.files.onComplete = () => {
      throw new ErrorAnswer('INVALID', undefined, REFUSED)
    }
    for (const text of ['with words', '']) {
      world.sendFile(tab, PART, text)
      await pass(500)
      const [upload] = world.shown(tab)
      expect(upload).toMatchObject({ state: 'failed', reason: 'unreadable' })
      tab.uploads.cancel(upload!.localId)
      await pass(500)
      expect(tab.bubbles(world.talk.id)).toEqual([])
    }
    expect(world.texts()).toEqual(['with words'])
  })

  it('of a picture sends it as a file', async () => {
    const tab = await world.openChat()
    server.files.onComplete = ({ body }) => {
      if (body.kind === 'image') throw new ErrorAnswer('INVALID', undefined, REFUSED)
    }
    const picture = file(PART, 'sun.jpg', 'image/jpeg')
    tab.messages.sendFiles(world.talk.id, { files: [{ file: picture, asFile: false }], text: 'look' })
    await pass(500)
    const { clientId } = tab.messages.history(world.talk.id)!.pending[0]!
    expect(world.states(tab)).toEqual(['failed'])
    tab.uploads.sendAsFiles(clientId)
    await pass(500)
    expect(world.texts()).toEqual(['look'])
    expect([...server.files.uploads.values()].map(({ body }) => body.kind)).toContain('file')
  })

  it.each(['INVALID', 'TOO_LARGE', 'FORBIDDEN'] as const)(
    'with %s fails the message and says why; it can be retried',
    async (code) => {
      const tab = await world.openChat()
      server.files.onCreate = () => {
        throw new ErrorAnswer(code)
      }
      const { clientId } = world.sendFile(tab, PART, 'no')
      tab.messages.send(world.talk.id, 'yes')
      await pass(500)
      expect(tab.bubbles(world.talk.id)).toEqual(['no:failed'])
      expect(tab.messages.history(world.talk.id)!.pending[0]!.error).toEqual({ code, message: code })
      expect(world.shown(tab)).toMatchObject([{ state: 'failed', error: code }])
      server.files.onCreate = () => {}
      tab.messages.retry(clientId)
      await pass(500)
      expect(world.texts()).toEqual(['yes', 'no'])
    },
  )

  it('at the completion begins again when it is retried', async () => {
    const tab = await world.openChat()
    server.files.onComplete = (upload) => {
      server.files.uploads.delete(upload.id)
      throw new ErrorAnswer('INVALID', undefined, [
        { path: ['mime'], code: 'wrong_file_type', params: {}, message: 'no' },
      ])
    }
    const { clientId } = world.sendFile(tab, 2 * PART)
    await pass(500)
    expect(world.states(tab)).toEqual(['failed'])
    server.files.onComplete = () => {}
    tab.messages.retry(clientId)
    await pass(500)
    expect(server.files.puts).toEqual(['0/1', '0/2', '0/1', '0/2'])
    expect(server.files.sent).toHaveLength(1)
  })

  it('of parts that the store has lost sends them again', async () => {
    const tab = await world.openChat()
    server.files.onComplete = (upload) => {
      server.files.onComplete = () => {}
      upload.parts.clear()
      throw new ErrorAnswer('INVALID', undefined, [{ path: ['parts'], code: 'wrong_parts', params: {}, message: 'no' }])
    }
    world.sendFile(tab, 2 * PART)
    await pass(500)
    expect(server.files.puts).toEqual(['0/1', '0/2', '0/1', '0/2'])
    expect(server.files.sent).toHaveLength(1)
  })

  it('of a message whose files were removed meanwhile sends them again when it is retried', async () => {
    const tab = await world.openChat()
    server.onSend = () => {
      server.onSend = () => {}
      server.files.uploads.clear()
    }
    const { clientId } = world.sendFile(tab, PART)
    await pass(500)
    expect(tab.bubbles(world.talk.id)).toEqual([':failed'])
    tab.messages.retry(clientId)
    await pass(500)
    expect(server.files.sent).toHaveLength(1)
    expect(tab.bubbles(world.talk.id)).toEqual([])
  })

  it('by a store that accepts nothing ends with a reason', async () => {
    const tab = await world.openChat()
    server.files.onPut = () => 400
    world.sendFile(tab, PART)
    await pass(60_000)
    expect(world.shown(tab)).toMatchObject([{ state: 'failed', error: 'UNAVAILABLE' }])
  })
})
