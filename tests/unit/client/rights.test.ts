import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, ref, watch, type Ref } from 'vue'
import { useRights } from '~/composables/useRights'
import { useClock } from '~/stores/clock'
import { Browser, openTab, pass, settle, useFakeTime } from './browserOfTests'
import { CAM, DEE, GroupServer, type Group } from './fakeGroups'
import { ANN, BOB, ErrorAnswer } from './fakeServer'

let server: GroupServer
let browser: Browser
let scope: ReturnType<typeof effectScope>
beforeEach(() => {
  useFakeTime()
  server = new GroupServer()
  browser = new Browser(server)
  scope = effectScope()
})
afterEach(() => {
  scope.stop()
  vi.useRealTimers()
})

const inSeconds = (seconds: number) => new Date(Date.now() + seconds * 1_000).toISOString()
const requests = () => server.requests.length + server.frames.length

async function rightsIn(group: { id: string } | Ref<string>) {
  const tab = await openTab(browser).start()
  const id = 'id' in group ? group.id : group
  if (typeof id === 'string') await tab.messages.openConversation(id)
  await settle()
  return { tab, rights: scope.run(() => useRights(id))! }
}

function team(role: 'owner' | 'admin' | 'moderator' | 'member' = 'member'): Group {
  return server.group([
    [BOB, role === 'owner' ? 'member' : 'owner'],
    [ANN, role],
    [CAM, 'moderator'],
    [DEE, 'member'],
  ])
}

describe('the own rights', () => {
  it('follow the own role, the permissions and the own exceptions', async () => {
    const group = team()
    const { rights } = await rightsIn(group)
    expect(rights.can('sendText')).toBe(true)
    expect(rights.decision('ban')).toEqual({ allowed: false, reason: 'role' })
    server.changeMember(group, ANN, { allow: ['ban'] })
    expect(rights.rights.has('ban')).toBe(true)
    server.change(group, { permissions: { sendText: 'moderator' } })
    expect(rights.canWriteText).toEqual({ allowed: false, reason: 'role' })
    server.changeMember(group, ANN, { role: 'moderator' })
    expect(rights.canWriteText).toEqual({ allowed: true })
  })

  it('come back when a restriction ends, at once and without a request', async () => {
    const group = team()
    const { rights } = await rightsIn(group)
    const until = inSeconds(90)
    server.changeMember(group, ANN, { deny: ['sendText'], until })
    const seen: boolean[] = []
    scope.run(() =>
      watch(
        () => rights.can('sendText'),
        (may) => seen.push(may),
        { flush: 'sync' },
      ),
    )
    expect(rights.canWriteText).toEqual({ allowed: false, reason: 'denied', until: Date.parse(until) })
    const asked = requests()
    await vi.advanceTimersByTimeAsync(89_999)
    expect(rights.can('sendText')).toBe(false)
    await vi.advanceTimersByTimeAsync(1)
    expect(rights.canWriteText).toEqual({ allowed: true })
    expect(seen).toEqual([true])
    expect(server.requests.length + server.frames.filter(({ type }) => type !== 'ping').length).toBe(asked)
  })

  it('come back also after a restriction that is longer than a timer can be', async () => {
    const group = team()
    const { rights } = await rightsIn(group)
    server.changeMember(group, ANN, { deny: ['react'], until: inSeconds(40 * 24 * 3_600) })
    vi.setSystemTime(Date.now() + 40 * 24 * 3_600_000 - 1_000)
    await vi.advanceTimersByTimeAsync(24 * 3_600_000)
    expect(rights.can('react')).toBe(true)
  })

  it('end by the clock of the server', async () => {
    const group = team()
    const { rights } = await rightsIn(group)
    useClock().learn(inSeconds(60))
    server.changeMember(group, ANN, { deny: ['sendText'], until: inSeconds(70) })
    expect(rights.can('sendText')).toBe(false)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(rights.can('sendText')).toBe(true)
  })

  it('are those of the conversation on the screen, and none in one that does not exist', async () => {
    const group = team('admin')
    const direct = server.talk()
    const id = ref(group.id)
    const { rights } = await rightsIn(id)
    expect(rights.can('editInfo')).toBe(true)
    id.value = direct.id
    expect(rights.can('sendText')).toBe(true)
    expect(rights.decision('editInfo')).toEqual({ allowed: false, reason: 'direct' })
    id.value = 'nowhere'
    expect(rights.rights.size).toBe(0)
    expect(rights.canWriteText.allowed).toBe(false)
    id.value = group.id
    server.remove(group, ANN)
    expect(rights.rights.size).toBe(0)
  })

  it('over others are those over lower ranks, and never over oneself', async () => {
    const group = team('moderator')
    const { tab, rights } = await rightsIn(group)
    const over = (id: string) => rights.canActOn('remove', tab.members.byUser(group.id, id)!)
    expect(over(DEE.id)).toEqual({ allowed: true })
    expect(over(CAM.id)).toEqual({ allowed: false, reason: 'rank' })
    expect(over(BOB.id)).toEqual({ allowed: false, reason: 'rank' })
    expect(over(ANN.id)).toEqual({ allowed: false, reason: 'self' })
    expect(rights.canActOn('editInfo', tab.members.byUser(group.id, DEE.id)!)).toEqual({
      allowed: false,
      reason: 'role',
    })
  })

  it('over messages depend on their authors', async () => {
    const group = team('moderator')
    const { rights } = await rightsIn(group)
    const [mine, dees, cams] = [ANN, DEE, CAM].map(({ id }) => server.write(group, id, 'text'))
    expect([mine, dees, cams].map((message) => rights.canDelete(message!).allowed)).toEqual([true, true, false])
    expect([mine, dees].map((message) => rights.canEdit(message!).allowed)).toEqual([true, false])
    expect(rights.canEdit({ ...mine!, deletedAt: 'now' }).allowed).toBe(false)
    expect(rights.canDelete({ ...mine!, kind: 'system' }).allowed).toBe(false)
  })
})

describe('slow mode', () => {
  /** The fake server writes its messages at times of its own; here the clock is what matters. */
  function slow(group: Group, seconds: number) {
    group.settings = { ...group.settings, slowModeSeconds: seconds }
    server.onSend = () => {
      const last = group.messages.filter(({ senderId }) => senderId === ANN.id).at(-1)
      const left = last ? Date.parse(last.createdAt) + seconds * 1_000 - Date.now() : 0
      if (left > 0) throw new ErrorAnswer('RATE_LIMITED', Math.ceil(left / 1_000))
    }
    const write = server.write.bind(server)
    server.write = (...input) => Object.assign(write(...input), { createdAt: new Date().toISOString() })
  }

  it('counts down from the own last message, and not for moderators', async () => {
    const group = team()
    slow(group, 30)
    const { tab, rights } = await rightsIn(group)
    expect(rights.slowModeWait).toBe(0)
    tab.messages.send(group.id, 'one')
    await settle()
    expect(rights.slowModeWait).toBe(30_000)
    await vi.advanceTimersByTimeAsync(10_000)
    expect(rights.slowModeWait).toBe(20_000)
    server.changeMember(group, ANN, { role: 'moderator' })
    expect(rights.slowModeWait).toBe(0)
    server.changeMember(group, ANN, { role: 'member' })
    expect(rights.slowModeWait).toBe(20_000)
    await vi.advanceTimersByTimeAsync(20_000)
    expect(rights.slowModeWait).toBe(0)
  })

  it('holds a message exactly as long as the server says, with those after it in order', async () => {
    const group = team()
    slow(group, 30)
    const { tab } = await rightsIn(group)
    for (const text of ['one', 'two', 'three']) tab.messages.send(group.id, text)
    await settle()
    expect(tab.texts(group.id)).toEqual(['one'])
    expect(tab.bubbles(group.id)).toEqual(['two:queued', 'three:queued'])
    expect(tab.messages.history(group.id)!.pending[0]!.retryAt).toBe(Date.now() + 30_000)
    await vi.advanceTimersByTimeAsync(29_999)
    tab.signal('online')
    await settle()
    expect(tab.texts(group.id)).toEqual(['one'])
    await vi.advanceTimersByTimeAsync(1)
    await settle()
    expect(tab.texts(group.id)).toEqual(['one', 'two'])
    await pass(30_000)
    expect(tab.texts(group.id)).toEqual(['one', 'two', 'three'])
    expect(server.frames.filter(({ type }) => type === 'message.send')).toHaveLength(5)
  })

  it('comes from the server if the own last message was not sent in this tab', async () => {
    const group = team()
    const { tab, rights } = await rightsIn(group)
    server.onSend = () => {
      throw new ErrorAnswer('RATE_LIMITED', 45)
    }
    server.change(group, { settings: { slowModeSeconds: 60 } })
    expect(rights.slowModeWait).toBe(0)
    tab.messages.send(group.id, 'early')
    await settle()
    expect(rights.slowModeWait).toBe(45_000)
  })

  it('lets a forbidden message fail with the reason', async () => {
    const group = team()
    const { tab } = await rightsIn(group)
    server.onSend = () => {
      throw new ErrorAnswer('FORBIDDEN')
    }
    tab.messages.send(group.id, 'hush')
    await settle()
    expect(tab.bubbles(group.id)).toEqual(['hush:failed'])
    expect(tab.messages.history(group.id)!.pending[0]!.error).toEqual({ code: 'FORBIDDEN', message: 'FORBIDDEN' })
  })
})
