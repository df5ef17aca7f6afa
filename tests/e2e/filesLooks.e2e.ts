import type { BrowserContextOptions, Page } from '@playwright/test'
import { picture } from '../support/files/pictures'
import { sentFile } from '../support/files/uploads'
import { register, type Person } from '../support/person'
import { messages } from './support/chat'
import { choose, holdParts, lastBubble, lightbox, photo, sendChosen, staged, textFile, tiles } from './support/files'
import { panel } from './support/group'
import { expectAccessible, expectFitting } from './support/looks'
import { ownServer } from './support/ownServer'
import { expect, test } from './support/test'

const server = ownServer()
let ann: Person
let bob: Person
let chat: string

test.beforeAll(async () => {
  ;[ann, bob] = await Promise.all([register(server.url, 'Ann'), register(server.url, 'Bob')])
  chat = (await ann.chatWith(bob)).id
  const bytes = await picture('jpeg', 900, 600)
  await sentFile(bob, chat, bytes, { name: 'wide.jpg', mime: 'image/jpeg', kind: 'image' })
  await sentFile(bob, chat, await picture('png', 300, 4000), { name: 'tall.png', mime: 'image/png', kind: 'image' })
  await sentFile(bob, chat, Buffer.from('words'), {
    name: `${'a-very-long-name-'.repeat(8)}end.txt`,
    mime: 'text/plain',
  })
  await bob.send(chat, 'See https://example.com/'.padEnd(160, 'a-very-long-address-'))
})

async function expectGood(page: Page, state: string): Promise<void> {
  await expectFitting(page, state)
  await expectAccessible(page, state)
}

const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

for (const [device, screen] of Object.entries({ desktop: {}, phone: PHONE })) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`files fit and can be used by everyone: ${device}, ${colorScheme}`, async ({ open }) => {
      test.setTimeout(120_000)
      const page = await open(ann, `/c/${chat}`, { ...screen, colorScheme, reducedMotion: 'reduce' })
      await expect(page.getByTestId('file-card').first()).toBeVisible()
      // Who has not read it all begins above the end.
      const newest = messages(page, /a-very-long-address/)
      const jump = page.getByTestId('jump-to-newest')
      await expect(newest.or(jump).first()).toBeVisible()
      if (await jump.isVisible()) await jump.click()
      await expect(newest).toBeVisible()
      await expectGood(page, 'bubbles')

      await page.getByTestId('attach').click()
      await expect(page.getByTestId('attach-file')).toBeVisible()
      await expectGood(page, 'menu')
      await page.keyboard.press('Escape')

      await choose(page, [await photo('one.jpg'), await photo('two.jpg'), textFile('empty.txt', '')])
      await expect(staged(page)).toHaveCount(3)
      await expectGood(page, 'before sending')
      if (device === 'phone')
        expect(await page.getByTestId('send-dialog').boundingBox()).toMatchObject({ width: 390, height: 844 })
      const parts = await holdParts(page)
      await sendChosen(page)
      await expect(lastBubble(page).getByTestId('upload-words')).toBeVisible()
      await expectGood(page, 'uploading')
      for (let left = 2; left > 0; left--) await lastBubble(page).getByTestId('upload-cancel').first().click()
      parts.letThrough()
      await expect(tiles(page)).toHaveCount(2)

      // Until the reader scrolls, the list goes back to its end when a row gets its height: a press in that moment misses.
      await expect(async () => {
        await tiles(page).first().click()
        await expect(page.getByTestId('lightbox-photo')).toBeVisible({ timeout: 2_000 })
      }).toPass()
      await expectGood(page, 'lightbox')
      await page.keyboard.press('Escape')
      await expect(lightbox(page)).toBeHidden()

      await page.getByTestId('open-group-panel').click()
      await expectGood(page, 'person')
      await panel(page).getByTestId('nav-shared').click()
      for (const kind of ['media', 'files', 'links']) {
        await panel(page).getByTestId(`shared-${kind}`).click()
        await expect(panel(page).getByTestId('shared-list').locator('li').first()).toBeVisible()
        await expectGood(page, `shared ${kind}`)
      }

      await page.goto('/settings')
      await page.getByTestId('avatar-input').setInputFiles([await photo('me.jpg')])
      await expect(page.getByTestId('avatar-stage').locator('img')).toBeVisible()
      await expectGood(page, 'cropping')
    })
  }
}

test('swipes through pictures, zooms with a double tap, and closes with a swipe on a phone', async ({ open }) => {
  const page = await open(ann, `/c/${chat}`, PHONE)
  await tiles(page).first().tap()
  const shown = page.getByTestId('lightbox-photo')
  const name = await shown.getAttribute('alt')
  const client = await page.context().newCDPSession(page)
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x: number, y: number) =>
    client.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y }] })
  const swipe = async (x: number, y: number) => {
    await touch('touchStart', 195, 400)
    for (const part of [0.3, 0.6, 1]) await touch('touchMove', 195 + x * part, 400 + y * part)
    await touch('touchEnd', 195 + x, 400 + y)
  }
  await swipe(-150, 0)
  await expect(shown).not.toHaveAttribute('alt', name!)
  await swipe(150, 0)
  await expect(shown).toHaveAttribute('alt', name!)
  for (let taps = 0; taps < 2; taps++) {
    await touch('touchStart', 195, 400)
    await touch('touchEnd', 195, 400)
  }
  await expect(page.getByTestId('lightbox-stage')).toHaveAttribute('data-scale', '2.50')
  await page.keyboard.press('0')
  await swipe(0, 200)
  await expect(lightbox(page)).toBeHidden()
})
