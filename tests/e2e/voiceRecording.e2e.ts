import { register, type Person } from '../support/person'
import { groupOf } from '../support/files/uploads'
import { banner, composer, item, messages, openChat } from './support/chat'
import { toast } from './support/group'
import { ownServer } from './support/ownServer'
import { expect, test, UNREACHABLE } from './support/test'
import {
  beginRecording,
  keptPieces,
  onlyRecords,
  playedTo,
  press,
  problem,
  record,
  recorded,
  recorder,
  voices,
} from './support/voice'
import type { MessagePage } from '#shared/schemas/message'

const server = ownServer()
let ann: Person
let bob: Person
let chat: string

test.beforeEach(async () => {
  ;[ann, bob] = await Promise.all([register(server.url, 'Ánh Nguyễn'), register(server.url, 'Bob Ö’Brien')])
  chat = (await ann.chatWith(bob)).id
})

const sentOnes = async (): Promise<MessagePage['messages']> =>
  (await bob.get<MessagePage>(`/api/conversations/${chat}/messages`)).body.messages

for (const container of ['webm', 'mp4'] as const) {
  test(`a voice is recorded, rested, heard, gone on with and sent, in ${container}`, async ({ open }) => {
    const [page, other] = [await open(ann), await open(bob, `/c/${chat}`)]
    await onlyRecords(page, container)
    await page.goto(`/c/${chat}`)
    await beginRecording(page)
    await expect(recorder(page).getByTestId('voice-level')).toBeVisible()
    await expect
      .poll(async () => Number(await recorder(page).getByTestId('voice-level').getAttribute('aria-valuenow')), {
        intervals: [50],
      })
      .toBeGreaterThan(20)
    await recorded(page, 2_000)
    await recorder(page).getByTestId('voice-pause').click()
    await expect(recorder(page)).toHaveAttribute('data-phase', 'paused')
    const rested = Number(await recorder(page).getAttribute('data-ms'))

    const slider = recorder(page).getByRole('slider')
    await press(recorder(page))
    await expect(recorder(page).getByTestId('voice-play')).toHaveAttribute('data-state', 'playing')
    await slider.press('Home')
    await expect(slider).toHaveAttribute('aria-valuenow', '0')
    await slider.press('ArrowRight')
    await expect(slider).toHaveAttribute('aria-valuenow', '1')
    await expect(recorder(page).getByTestId('voice-play')).toHaveAttribute('data-state', 'paused')

    await recorder(page).getByTestId('voice-resume').click()
    await expect(recorder(page)).toHaveAttribute('data-phase', 'recording')
    await recorded(page, rested + 1_000)
    await recorder(page).getByTestId('voice-send').click()
    await expect(recorder(page)).toBeHidden()
    await expect(messages(page).last()).toHaveAttribute('data-state', 'sent')
    await expect(composer(page)).toBeFocused()

    const [
      {
        attachments: [voice],
      },
    ] = (await sentOnes()) as any
    expect(voice).toMatchObject({ kind: 'voice', mime: `audio/${container}`, waveform: expect.any(Array) })
    expect(voice.durationMs).toBeGreaterThan(rested + 900)
    // The fake microphone beeps: what is drawn is neither flat nor full.
    expect(Math.max(...voice.waveform)).toBe(1)
    expect(Math.min(...voice.waveform)).toBeLessThan(0.5)
    expect(voice.size / (voice.durationMs / 1_000)).toBeLessThan(8_000)

    const received = voices(other).first()
    await expect(received).toHaveAttribute('data-heard', 'false')
    await press(received)
    await expect(received).toHaveAttribute('data-state', 'playing')
    await playedTo(received, 500)
    await expect(voices(page).first()).toHaveAttribute('data-heard', 'true')
    await expect(keptPieces(page, ann.user.id)).resolves.toBe(0)
  })
}

test('discards a recording by its button, by Escape, by sliding, and by a short press', async ({ open }) => {
  const page = await open(ann, `/c/${chat}`)
  await beginRecording(page)
  await recorder(page).getByTestId('voice-discard').click()
  await expect(recorder(page)).toBeHidden()

  await beginRecording(page)
  await page.keyboard.press('Escape')
  await expect(recorder(page)).toBeHidden()
  await expect(page).toHaveURL(new RegExp(chat))

  const box = (await record(page).boundingBox())!
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await recorded(page, 600)
  await expect(recorder(page)).toContainText('Slide to discard')
  await page.mouse.move(x - 60, y, { steps: 4 })
  await expect(recorder(page)).toBeVisible()
  await page.mouse.move(x - 150, y, { steps: 4 })
  await expect(recorder(page)).toBeHidden()
  await page.mouse.up()
  await expect(record(page)).toBeVisible()

  await beginRecording(page)
  await recorder(page).getByTestId('voice-send').click()
  await expect(toast(page, 'Too short')).toBeVisible()
  expect(await sentOnes()).toEqual([])
  await expect.poll(() => keptPieces(page, ann.user.id)).toBe(0)
})

test('sends a held recording on release, and locks it by sliding up', async ({ open }) => {
  const page = await open(ann, `/c/${chat}`)
  const box = (await record(page).boundingBox())!
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await page.mouse.move(x, y)
  await page.mouse.down()
  await recorded(page, 1_200)
  await page.mouse.up()
  await expect(messages(page).last()).toHaveAttribute('data-state', 'sent')
  await expect(voices(page)).toHaveCount(1)

  await page.mouse.down()
  await recorded(page, 600)
  await page.mouse.move(x, y - 100, { steps: 4 })
  await expect(recorder(page).getByTestId('voice-pause')).toBeVisible()
  await page.mouse.up()
  await recorded(page, 1_200)
  await expect(recorder(page).getByTestId('voice-send')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(voices(page)).toHaveCount(2)
  await expect(messages(page).last()).toHaveAttribute('data-state', 'sent')
})

test('records by touch', async ({ open }) => {
  const page = await open(ann, `/c/${chat}`, { hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } })
  const box = (await record(page).boundingBox())!
  const finger = await page.context().newCDPSession(page)
  const [x, y] = [box.x + 20, box.y + 20]
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', left = 0) =>
    finger.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x: x - left, y }] })
  await touch('touchStart')
  await recorded(page, 1_000)
  await touch('touchEnd')
  await expect(messages(page).last()).toHaveAttribute('data-state', 'sent')
  await touch('touchStart')
  await recorded(page, 600)
  await touch('touchMove', 50)
  await touch('touchMove', 130)
  await expect(recorder(page)).toBeHidden()
  await touch('touchEnd')
  await page.getByTestId('voice-record').tap()
  await recorded(page, 1_000)
  await recorder(page).getByTestId('voice-send').tap()
  await expect(voices(page)).toHaveCount(2)
})

test('records by keyboard', async ({ open }) => {
  const page = await open(ann, `/c/${chat}`)
  await record(page).focus()
  await page.keyboard.press('Enter')
  await recorded(page, 1_000)
  await expect(recorder(page).getByTestId('voice-send')).toBeFocused()
  await page.keyboard.press('Shift+Tab')
  await page.keyboard.press('Space')
  await expect(recorder(page)).toHaveAttribute('data-phase', 'paused')
  await recorder(page).getByTestId('voice-send').press('Enter')
  await expect(messages(page).last()).toHaveAttribute('data-state', 'sent')
})

test('continues recording while another chat is open, and leads back by a bar', async ({ open }) => {
  const cy = await register(server.url, 'Cyrus')
  await ann.send((await ann.chatWith(cy)).id, 'hello')
  await ann.send(chat, 'hello')
  const page = await open(ann, `/c/${chat}`)
  await beginRecording(page)
  await openChat(page, 'Cyrus')
  const bar = page.getByTestId('voice-away')
  await expect(bar).toContainText('Recording for Bob Ö’Brien')
  await expect(bar).toContainText('0:02')
  await record(page).click()
  await expect(toast(page, 'Finish the other recording first.')).toBeVisible()
  await bar.click()
  await expect(bar).toBeHidden()
  await recorded(page, 2_000)
  await recorder(page).getByTestId('voice-send').click()
  await expect(item(page, 'Bob Ö’Brien')).toContainText(/Voice message, 0:0\d/)
  await expect(item(page, 'Cyrus')).toContainText('hello')
})

test('records without a connection, and sends later', async ({ open, problems }) => {
  problems.expect(...UNREACHABLE)
  const page = await open(ann, `/c/${chat}`)
  await beginRecording(page)
  await page.context().setOffline(true)
  await expect(banner(page)).toBeVisible()
  await recorded(page, 1_500)
  await recorder(page).getByTestId('voice-send').click()
  await expect(voices(page)).toHaveCount(1)
  await expect(messages(page).last()).toHaveAttribute('data-state', 'queued')
  // One's own can be listened to before anybody has it.
  await press(voices(page).first())
  await expect(voices(page).first()).toHaveAttribute('data-state', 'playing')
  await page.context().setOffline(false)
  await expect(messages(page).last()).toHaveAttribute('data-state', 'sent')
  expect((await sentOnes()).map(({ attachments }) => attachments[0]!.kind)).toEqual(['voice'])
})

test('continues an upload after a reload', async ({ open, problems }) => {
  problems.expect(...UNREACHABLE)
  const page = await open(ann, `/c/${chat}`)
  let isHeld = true
  await page.route('**/api/storage/**', (route) => (isHeld ? route.abort() : route.continue()))
  await beginRecording(page)
  await recorded(page, 1_200)
  const asked = page.waitForRequest('**/api/storage/**')
  await recorder(page).getByTestId('voice-send').click()
  await asked
  await expect(messages(page).last()).toHaveAttribute('data-state', 'queued')
  await expect.poll(() => keptPieces(page, ann.user.id)).toBe(0)
  isHeld = false
  await page.reload()
  await expect(messages(page).last()).toHaveAttribute('data-state', 'sent')
  expect((await sentOnes()).length).toBe(1)
})

test('offers the recording of a lost tab again, plays and sends it', async ({ open }) => {
  for (const container of ['webm', 'mp4'] as const) {
    const page = await open(ann)
    await onlyRecords(page, container)
    await page.goto(`/c/${chat}`)
    await beginRecording(page)
    await expect.poll(() => keptPieces(page, ann.user.id)).toBeGreaterThanOrEqual(3)
    // As a crash does: nobody is told, and nothing is finished.
    const next = await page.context().newPage()
    await page.close({ runBeforeUnload: false })
    await next.goto('/')
    await expect(next.getByTestId('voice-away')).toContainText('Voice message for Bob Ö’Brien, not sent')
    await next.getByTestId('voice-away').click()
    await expect(recorder(next)).toHaveAttribute('data-phase', 'done')
    await expect(next.getByTestId('voice-note')).toHaveText('This recording hasn’t been sent yet.')
    expect(Number(await recorder(next).getAttribute('data-ms'))).toBeGreaterThan(1_500)
    await press(recorder(next))
    await expect(recorder(next).getByTestId('voice-play')).toHaveAttribute('data-state', 'playing')
    await recorder(next).getByTestId('voice-send').click()
    await expect(messages(next).last()).toHaveAttribute('data-state', 'sent')
    await expect.poll(() => keptPieces(next, ann.user.id)).toBe(0)
    await next.close()
  }
  expect((await sentOnes()).map(({ attachments }) => attachments[0]!.mime)).toEqual(['audio/webm', 'audio/mp4'])
})

test('leaves a running recording to its own tab', async ({ open }) => {
  const page = await open(ann, `/c/${chat}`)
  await beginRecording(page)
  await expect.poll(() => keptPieces(page, ann.user.id)).toBeGreaterThanOrEqual(1)
  const second = await page.context().newPage()
  await second.goto(`/c/${chat}`)
  await expect(record(second)).toBeVisible()
  await recorded(page, 1_500)
  await recorder(page).getByTestId('voice-send').click()
  await expect(voices(second)).toHaveCount(1)
  await expect(recorder(second)).toBeHidden()
  await beginRecording(page)
  await expect.poll(() => keptPieces(page, ann.user.id)).toBeGreaterThanOrEqual(1)
  await second.reload()
  await expect(record(second)).toBeVisible()
  await page.close()
  await expect(recorder(second)).toHaveAttribute('data-phase', 'done')
})

test('warns after fourteen minutes of recording, and ends after fifteen', async ({ open }) => {
  const page = await open(ann)
  await page.clock.install()
  await page.goto(`/c/${chat}`)
  await beginRecording(page)
  await recorded(page, 300)
  await page.clock.fastForward('14:01')
  await expect(page.getByTestId('voice-note')).toContainText('Less than a minute left')
  await expect(recorder(page)).toHaveAttribute('data-phase', 'recording')
  await page.clock.fastForward('01:00')
  await expect(recorder(page)).toHaveAttribute('data-phase', 'done')
  await expect(page.getByTestId('voice-note')).toContainText('15 minutes')
  // So much is not thrown away by a slip.
  await page.keyboard.press('Escape')
  await expect(page.getByText('Discard this recording?')).toBeVisible()
  await page.getByTestId('confirm').click()
  await expect(recorder(page)).toBeHidden()
})

test.describe('where there is nothing to record with', () => {
  const CASES = [
    ['denied', 'NotAllowedError', 'The microphone is blocked.'],
    ['missing', 'NotFoundError', 'No microphone was found.'],
    ['busy', 'NotReadableError', 'Another program may be using it'],
  ] as const
  for (const [kind, name, words] of CASES) {
    test(`it is said in one sentence: ${kind}`, async ({ open }) => {
      const page = await open(ann, `/c/${chat}`)
      await page.evaluate((name) => {
        navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', name))
      }, name)
      await record(page).click()
      await expect(problem(page)).toContainText(words)
      await expect(problem(page)).toHaveAttribute('data-problem', kind)
      await expect(recorder(page)).toBeHidden()
      await composer(page).fill('words then')
      await expect(problem(page)).toBeHidden()
    })
  }

  test('says why an old browser, or a page without https, cannot record', async ({ open }) => {
    const page = await open(ann)
    await page.addInitScript(() => delete (globalThis as any).MediaRecorder)
    await page.goto(`/c/${chat}`)
    await record(page).click()
    await expect(problem(page)).toHaveText('This browser can’t record sound. Update it, or use another one.')
    await page.addInitScript(() => Object.defineProperty(globalThis, 'isSecureContext', { value: false }))
    await page.reload()
    await record(page).click()
    await expect(problem(page)).toContainText('Browsers only record over https')
  })

  test('keeps what was recorded when the microphone is pulled out', async ({ open }) => {
    const page = await open(ann)
    await page.addInitScript(() => {
      const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices)
      navigator.mediaDevices.getUserMedia = async (wanted) => {
        const stream = await ask(wanted)
        Object.assign(globalThis, {
          asked: wanted,
          pullOut: () => stream.getAudioTracks()[0]!.dispatchEvent(new Event('ended')),
        })
        return stream
      }
    })
    await page.goto(`/c/${chat}`)
    await beginRecording(page)
    expect(await page.evaluate(() => (globalThis as any).asked.audio)).toMatchObject({
      echoCancellation: true,
      noiseSuppression: true,
    })
    await recorded(page, 1_200)
    await page.evaluate(() => (globalThis as any).pullOut())
    await expect(recorder(page)).toHaveAttribute('data-phase', 'done')
    await recorder(page).getByTestId('voice-send').click()
    await expect(messages(page).last()).toHaveAttribute('data-state', 'sent')
  })
})

test('says why a member cannot send voice messages', async ({ open }) => {
  const group = await groupOf(ann, [bob])
  const page = await open(bob, `/c/${group}`)
  await expect(record(page)).toBeEnabled()
  await ann.request('PATCH', `/api/conversations/${group}/members/${bob.user.id}`, { deny: ['sendVoice'] })
  await expect(record(page)).toHaveAttribute('aria-disabled', 'true')
  // Not out of reach: pressing it says why.
  await record(page).click({ force: true })
  await expect(toast(page, 'You can’t send voice messages here.')).toBeVisible()
  await expect(recorder(page)).toBeHidden()
  await ann.request('PATCH', `/api/conversations/${group}/members/${bob.user.id}`, { deny: [] })
  await expect(record(page)).not.toHaveAttribute('aria-disabled', 'true')
  await ann.request('PATCH', `/api/conversations/${group}`, { permissions: { sendVoice: 'moderator' } })
  await record(page).hover()
  await expect(record(page)).toHaveAttribute('title', 'Only moderators can send voice messages here.')
})
