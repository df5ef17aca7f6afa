import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Browser, pass, settle, useFakeTime } from './browserOfTests'
import type { FakeServer } from './fakeServer'
import { PART, UploadWorld } from './uploadWorld'

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

describe('several tabs', () => {
  it('show the same progress, and one of them sends', async () => {
    const one = await world.openChat()
    const two = await world.openChat()
    const line = world.holdParts((number) => number > 1)
    world.sendFile(two, 3 * PART)
    await pass(1_500)
    expect(world.shown(one)).toMatchObject([{ state: 'sending', sent: PART }])
    expect(world.shown(one)[0]!.speed).toBe(world.shown(two)[0]!.speed)
    const three = await world.openChat()
    expect(world.shown(three)).toMatchObject([{ state: 'sending', sent: PART }])
    line.release()
    await pass(500)
    expect(server.files.puts).toEqual(['0/1', '0/2', '0/3'])
    expect(server.files.sent).toHaveLength(1)
    for (const tab of [one, two, three]) {
      expect(tab.bubbles(world.talk.id)).toEqual([])
      expect(tab.texts(world.talk.id)).toEqual([''])
    }
  })

  it('pause, resume and cancel in each other', async () => {
    const one = await world.openChat()
    const two = await world.openChat()
    const line = world.holdParts()
    const { uploads } = world.sendFile(two, 2 * PART)
    await settle()
    one.uploads.pause(uploads[0]!)
    await settle()
    expect([...world.states(one), ...world.states(two)]).toEqual(['paused', 'paused'])
    expect(server.files.underWay).toBe(0)
    one.uploads.resume(uploads[0]!)
    await settle()
    expect(server.files.underWay).toBe(2)
    one.uploads.cancel(uploads[0]!)
    await settle()
    expect(server.files.underWay).toBe(0)
    expect(server.files.cancelled).toHaveLength(1)
    expect([...one.bubbles(world.talk.id), ...two.bubbles(world.talk.id)]).toEqual([])
    line.release()
    await pass(10_000)
    expect(server.files.uploads.size).toBe(0)
  })

  it('continue where one of them was closed, without asking for the file', async () => {
    world.keepNoFiles()
    const one = await world.openChat()
    const two = await world.openChat()
    world.holdParts((number) => number > 1)
    world.sendFile(two, 3 * PART)
    await settle()
    two.close()
    server.files.onPut = () => {}
    await pass(6_000)
    expect(server.files.puts.slice(3)).toEqual(['0/2', '0/3'])
    expect(one.texts(world.talk.id)).toEqual([''])
  })

  it('leave a long upload to the tab that sends it', async () => {
    const one = await world.openChat()
    const two = await world.openChat()
    const steals = vi.spyOn(Browser.prototype, 'lock')
    const line = world.holdParts()
    world.sendFile(two, PART)
    await pass(30_000)
    expect(steals.mock.calls.filter(([, options]) => options.steal)).toEqual([])
    line.release()
    await pass(500)
    expect(one.texts(world.talk.id)).toEqual([''])
    expect(server.files.puts).toHaveLength(1)
  })

  it('have a failed message retried by any of them', async () => {
    const one = await world.openChat()
    const two = await world.openChat()
    server.files.onPut = () => 400
    const { clientId } = world.sendFile(two, PART, 'film')
    await pass(30_000)
    expect(one.bubbles(world.talk.id)).toEqual(['film:failed'])
    server.files.onPut = () => {}
    one.messages.retry(clientId)
    await pass(3_000)
    expect(world.texts()).toEqual(['film'])
    expect([...one.bubbles(world.talk.id), ...two.bubbles(world.talk.id)]).toEqual([])
  })

  it('take turns also in a browser without locks: a tab that notices another one waits', async () => {
    vi.spyOn(Browser.prototype, 'lock').mockImplementation((_name, _options, action) => action())
    const one = await world.openChat()
    const line = world.holdParts()
    world.sendFile(one, PART)
    await settle()
    await world.openChat()
    await pass(20_000)
    expect(server.files.puts).toEqual(['0/1'])
    line.release()
    await pass(10_000)
    expect(server.files.puts).toEqual(['0/1'])
    expect(server.files.sent).toHaveLength(1)
  })
})
