import { readFile } from 'node:fs/promises'
import { groupOf } from '../support/files/uploads'
import { newClientId, register, type Person } from '../support/person'
import { beepsOf } from '../support/voice/voice'
import { item, messages, openChat, say } from './support/chat'
import { expectAccessible, expectFitting } from './support/looks'
import { ownServer } from './support/ownServer'
import { expect, test, UNREACHABLE } from './support/test'
import { placeOf, playedTo, player, press, speak, voices } from './support/voice'

const server = ownServer()
let ann: Person
let bob: Person
let chat: string

test.beforeEach(async () => {
  ;[ann, bob] = await Promise.all([register(server.url, 'Ánh Nguyễn'), register(server.url, 'Bob Ö’Brien')])
  chat = (await ann.chatWith(bob)).id
})

for (const container of ['webm', 'mp4'] as const) {
  test(`a voice message is played, rested and sought in by clicks, by dragging and by keys, in ${container}`, async ({
    open,
  }) => {
    await speak(ann, chat, container)
    const page = await open(bob, `/c/${chat}`)
    const voice = voices(page).first()
    const wave = voice.getByRole('slider')
    await expect(voice).toHaveAttribute('data-heard', 'false')
    await expect(voice.getByTestId('voice-time')).toHaveText('0:06')
    await expect(wave).toHaveAttribute('aria-valuetext', '0:00 of 0:06')

    await press(voice)
    await expect(voice).toHaveAttribute('data-state', 'playing')
    await expect(voice).toHaveAttribute('data-heard', 'true')
    await playedTo(voice, 400)
    await press(voice)
    await expect(voice).toHaveAttribute('data-state', 'paused')
    await expect(voice.getByTestId('voice-time')).toHaveText(/^0:0[0-2] \/ 0:06$/)

    const box = (await wave.boundingBox())!
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
    await expect.poll(() => placeOf(voice)).toBeGreaterThan(2_900)
    expect(await placeOf(voice)).toBeLessThan(3_150)
    await page.mouse.move(box.x + box.width / 2, box.y + 10)
    await page.mouse.down()
    await page.mouse.move(box.x + box.width * 0.75, box.y + 10, { steps: 5 })
    await page.mouse.up()
    await expect.poll(() => placeOf(voice)).toBeGreaterThan(4_400)
    await wave.press('ArrowLeft')
    await expect.poll(() => placeOf(voice)).toBeLessThan(3_700)
    await expect(wave).toHaveAttribute('aria-valuetext', '0:03 of 0:06')
    await wave.press('Home')
    await expect(wave).toHaveAttribute('aria-valuenow', '0')
    await wave.press('Space')
    await expect(voice).toHaveAttribute('data-state', 'playing')
    // From where it is, not from the beginning: it really is there.
    await wave.press('ArrowRight')
    await playedTo(voice, 1_200)
    await expect.poll(() => placeOf(voice)).toBeLessThan(3_000)
  })
}

test('fetches a voice message by ranges while it plays', async ({ open }) => {
  await speak(ann, chat)
  const page = await open(bob, `/c/${chat}`)
  const asked = page.waitForRequest('**/api/files/*')
  await press(voices(page).first())
  expect((await (await asked).allHeaders()).range).toBe('bytes=0-')
  const response = await (await asked).response()
  expect([response!.status(), response!.headers()['content-range']]).toEqual([
    206,
    `bytes 0-${beepsOf.webm.length - 1}/${beepsOf.webm.length}`,
  ])
})

test('keeps the speed for all voice messages, also over a reload', async ({ open }) => {
  await speak(ann, chat)
  await speak(ann, chat)
  const page = await open(bob, `/c/${chat}`)
  await press(voices(page).first())
  const speed = player(page).getByTestId('voice-speed')
  await expect(speed.locator('option')).toHaveText(['0.5×', '0.75×', '1×', '1.25×', '1.5×', '2×'])
  await speed.selectOption('2')
  await playedTo(voices(page).first(), 1_000)
  await page.reload()
  await press(voices(page).nth(1))
  await expect(speed).toHaveValue('2')
  // Twice as fast in truth, and not only in name.
  const rate = await page.evaluate(async () => {
    const place = () =>
      Number(document.querySelectorAll<HTMLElement>('[data-testid="voice-message"]')[1]!.dataset.place)
    const until = async (wanted: number) => {
      while (place() < wanted) await new Promise(requestAnimationFrame)
      return { place: place(), at: performance.now() }
    }
    const [from, to] = [await until(300), await until(2_300)]
    return (to.place - from.place) / (to.at - from.at)
  })
  expect(rate).toBeGreaterThan(1.5)
})

test('plays one voice message at a time, and continues with the next unheard one of others', async ({ open }) => {
  await speak(ann, chat)
  await speak(bob, chat)
  await ann.send(chat, 'and')
  await speak(ann, chat)
  const page = await open(bob, `/c/${chat}`)
  const [first, own, last] = [voices(page).nth(0), voices(page).nth(1), voices(page).nth(2)]
  await press(own)
  await playedTo(own, 300)
  await press(first)
  await expect(first).toHaveAttribute('data-state', 'playing')
  await expect(own).toHaveAttribute('data-state', 'paused')
  await first.getByRole('slider').press('End')
  await expect(last).toHaveAttribute('data-state', 'playing')
  await expect(last).toHaveAttribute('data-heard', 'true')
  await expect(own).toHaveAttribute('data-state', 'paused')
  await last.getByRole('slider').press('End')
  await expect(player(page)).toBeHidden()
  await expect(last).toHaveAttribute('data-place', '0')
  // All are heard now: nothing follows.
  await press(first)
  await playedTo(first, 200)
  await first.getByRole('slider').press('End')
  await expect(player(page)).toBeHidden()
})

test('continues playing while another chat is open, and leads back by its bar', async ({ open }) => {
  const cy = await register(server.url, 'Cyrus')
  await ann.send((await ann.chatWith(cy)).id, 'hello')
  const told = await speak(bob, chat)
  const next = await speak(bob, chat)
  for (let n = 0; n < 30; n++) await bob.send(chat, `line ${n}`)
  const page = await open(ann, `/c/${chat}`)
  await page.getByTestId('message-list').press('Home')
  await expect(voices(page)).toHaveCount(2)
  await press(voices(page).first())
  await expect(player(page)).toHaveAttribute('data-message', told.id)
  await openChat(page, 'Cyrus')
  await expect(player(page)).toHaveAttribute('data-state', 'playing')
  await expect(player(page)).toContainText('Bob Ö’Brien')
  await player(page).getByTestId('voice-play').click()
  await expect(player(page)).toHaveAttribute('data-state', 'paused')
  await player(page).getByTestId('voice-play').click()
  await player(page).getByTestId('voice-speed').selectOption('2')
  await expect(player(page)).toHaveAttribute('data-message', next.id)
  await player(page).getByTestId('voice-to-message').click()
  await expect(page.getByRole('heading', { name: 'Bob Ö’Brien', level: 1 })).toBeVisible()
  await expect(voices(page).nth(1)).toBeInViewport()
  await player(page).getByTestId('voice-end').click()
  await expect(player(page)).toBeHidden()
})

test('remembers the position in a voice message, also over a reload', async ({ open }) => {
  await speak(ann, chat)
  await speak(ann, chat)
  const page = await open(bob, `/c/${chat}`)
  const [first, second] = [voices(page).nth(0), voices(page).nth(1)]
  await press(first)
  await playedTo(first, 1_500)
  await press(second)
  await playedTo(second, 200)
  expect(await placeOf(first)).toBeGreaterThan(1_400)
  await press(second)
  await page.reload()
  expect(await placeOf(first)).toBeGreaterThan(1_400)
  await press(first)
  await playedTo(first, 1_700)
  expect(await placeOf(first)).toBeLessThan(4_000)
})

test('shows both people on all devices that a voice message was heard, also when it is reported late', async ({
  open,
  problems,
}) => {
  problems.expect(...UNREACHABLE)
  await speak(ann, chat)
  const [sender, page, tablet] = [
    await open(ann, `/c/${chat}`),
    await open(bob, `/c/${chat}`),
    await open(bob, `/c/${chat}`),
  ]
  await expect(voices(sender).first()).toHaveAttribute('data-heard', 'false')
  await expect(voices(sender).first().getByTestId('voice-unheard')).toHaveAttribute(
    'aria-label',
    'No one has listened to it yet',
  )
  // The file is here; the telling finds no way.
  await page.evaluate(() => (WebSocket.prototype.send = () => {}))
  await page.route('**/heard', (route) => route.abort())
  await press(voices(page).first())
  await expect(voices(page).first()).toHaveAttribute('data-heard', 'true')
  await playedTo(voices(page).first(), 300)
  await expect(voices(sender).first()).toHaveAttribute('data-heard', 'false')
  await page.unroute('**/heard')
  await page.reload()
  for (const each of [sender, page, tablet]) await expect(voices(each).first()).toHaveAttribute('data-heard', 'true')
})

test('gives each member of a group their own heard mark, and the sender one for anybody', async ({ open }) => {
  const cy = await register(server.url, 'Cyrus')
  const group = await groupOf(ann, [bob, cy])
  await speak(ann, group)
  const [sender, first, second] = [
    await open(ann, `/c/${group}`),
    await open(bob, `/c/${group}`),
    await open(cy, `/c/${group}`),
  ]
  await press(voices(first).first())
  await expect(voices(sender).first()).toHaveAttribute('data-heard', 'true')
  await expect(voices(first).first()).toHaveAttribute('data-heard', 'true')
  await expect(voices(second).first()).toHaveAttribute('data-heard', 'false')
})

test('describes a voice message in lists, replies and the composer, and saves it', async ({ open }) => {
  const message = await speak(ann, chat)
  const [page, other] = [await open(bob, `/c/${chat}`), await open(ann)]
  await expect(item(page, 'Ánh Nguyễn')).toContainText('Voice message, 0:06')
  await expect(item(other, 'Bob Ö’Brien')).toContainText('You: Voice message, 0:06')
  await voices(page).first().hover()
  await messages(page).first().getByTestId('message-menu').click()
  await expect(page.getByTestId('message-copy')).toBeHidden()
  const saving = page.waitForEvent('download')
  await page.getByTestId('voice-download').click()
  const saved = await saving
  expect(saved.suggestedFilename()).toBe('voice.webm')
  expect((await readFile(await saved.path())).equals(beepsOf.webm)).toBe(true)
  await messages(page).first().getByTestId('message-menu').click()
  await page.getByTestId('message-reply').click()
  await expect(page.getByTestId('composer-about')).toContainText('Voice message, 0:06')
  await say(page, 'well said')
  await expect(page.getByTestId('message-quote')).toContainText('Voice message, 0:06')
  await ann.post(`/api/conversations/${chat}/messages`, {
    clientId: newClientId(),
    text: 'was it?',
    replyToId: message.id,
  })
  await expect(page.getByTestId('message-quote').last()).toContainText('Voice message, 0:06')
})

test('stops playing a voice message that is deleted', async ({ open }) => {
  const message = await speak(ann, chat)
  const page = await open(bob, `/c/${chat}`)
  await press(voices(page).first())
  await expect(player(page)).toHaveAttribute('data-state', 'playing')
  await ann.request('DELETE', `/api/conversations/${chat}/messages/${message.id}`)
  await expect(player(page)).toBeHidden()
  await expect(voices(page)).toHaveCount(0)
})

test('says that a voice message cannot be loaded, and tries again', async ({ open, problems }) => {
  problems.expect(...UNREACHABLE)
  await speak(ann, chat)
  const page = await open(bob, `/c/${chat}`)
  await page.route('**/api/files/**', (route) => route.abort())
  const voice = voices(page).first()
  await press(voice)
  await expect(voice).toHaveAttribute('data-state', 'failed')
  await expect(voice).toContainText('Can’t be played right now.')
  await expect(voice).toHaveAttribute('data-heard', 'false')
  await page.unroute('**/api/files/**')
  await press(voice)
  await expect(voice).toHaveAttribute('data-state', 'playing')
})

test('follows lock screens and headset keys', async ({ open }) => {
  await speak(ann, chat)
  const page = await open(bob)
  await page.addInitScript(() => {
    const handlers: Record<string, MediaSessionActionHandler | null> = {}
    navigator.mediaSession.setActionHandler = (action, handler) => void (handlers[action] = handler)
    Object.assign(globalThis, {
      pressKey: (action: MediaSessionAction, more = {}) => handlers[action]!({ action, ...more }),
    })
  })
  await page.goto(`/c/${chat}`)
  const key = (action: string, more = {}) =>
    page.evaluate(([action, more]) => (globalThis as any).pressKey(action, more), [action, more] as const)
  const voice = voices(page).first()
  await press(voice)
  await expect(voice).toHaveAttribute('data-state', 'playing')
  expect(
    await page.evaluate(() => [
      navigator.mediaSession.metadata!.title,
      navigator.mediaSession.metadata!.artist,
      navigator.mediaSession.playbackState,
    ]),
  ).toEqual(['Voice message', 'Ánh Nguyễn', 'playing'])
  await key('pause')
  await expect(voice).toHaveAttribute('data-state', 'paused')
  await key('seekto', { seekTime: 4 })
  await expect.poll(() => placeOf(voice)).toBe(4_000)
  await key('seekbackward', { seekOffset: 3 })
  await expect.poll(() => placeOf(voice)).toBe(1_000)
  await key('play')
  await expect(voice).toHaveAttribute('data-state', 'playing')
  await key('stop')
  await expect(player(page)).toBeHidden()
})

test('is accessible: light and dark, on a phone, by keyboard and by screen reader', async ({ open }) => {
  await speak(ann, chat)
  await speak(bob, chat)
  for (const colorScheme of ['light', 'dark'] as const) {
    for (const viewport of [
      { width: 1280, height: 800 },
      { width: 390, height: 844 },
    ]) {
      const page = await open(bob, `/c/${chat}`, { colorScheme, viewport })
      const state = `${colorScheme}, ${viewport.width}`
      await press(voices(page).first())
      await playedTo(voices(page).first(), 200)
      await press(voices(page).first())
      await expectAccessible(page, `${state}, listening`)
      await expectFitting(page, `${state}, listening`)
      await page.getByTestId('voice-record').click()
      await expect(page.getByTestId('voice-recorder')).toHaveAttribute('data-phase', 'recording')
      await expectAccessible(page, `${state}, recording`)
      await page.getByTestId('voice-pause').click()
      await expect(page.getByTestId('voice-recorder')).toHaveAttribute('data-phase', 'paused')
      await expectAccessible(page, `${state}, rested`)
      await expectFitting(page, `${state}, rested`)
      await page.context().close()
    }
  }
})

test('lists all voice messages of a chat in its panel, plays them there, and jumps to them', async ({ open }) => {
  const group = await groupOf(ann, [bob])
  await speak(ann, group)
  for (let n = 0; n < 30; n++) await ann.send(group, `line ${n}`)
  const page = await open(bob, `/c/${group}`)
  await page.getByTestId('open-group-panel').click()
  await page.getByTestId('nav-shared').click()
  await page.getByTestId('shared-voice').click()
  const listed = page.getByTestId('shared-list').getByTestId('voice-message')
  await expect(listed).toHaveCount(1)
  await press(listed)
  await expect(listed).toHaveAttribute('data-state', 'playing')
  await page
    .getByTestId('shared-list')
    .getByRole('button', { name: /Ánh Nguyễn · / })
    .click()
  await expect(page.getByTestId('message-list').getByTestId('voice-message')).toBeInViewport()
  await expect(page.getByTestId('message-list').getByTestId('voice-message')).toHaveAttribute('data-state', 'playing')
})

test('lets a member speak who has no right to write', async ({ open }) => {
  const group = await groupOf(ann, [bob])
  await ann.request('PATCH', `/api/conversations/${group}/members/${bob.user.id}`, { deny: ['sendText'] })
  const page = await open(bob, `/c/${group}`)
  await expect(page.getByTestId('composer-blocked')).toBeVisible()
  await page.getByTestId('voice-record').click()
  await expect
    .poll(async () => Number(await page.getByTestId('voice-recorder').getAttribute('data-ms')))
    .toBeGreaterThan(1_000)
  await page.getByTestId('voice-send').click()
  await expect(messages(page).last()).toHaveAttribute('data-state', 'sent')
})
