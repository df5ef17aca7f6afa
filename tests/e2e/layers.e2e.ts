import type { BrowserContextOptions, Page } from '@playwright/test'
import { people, TestGroup } from '../support/groups/group'
import { item, messages, openChat } from './support/chat'
import { choose, delivered, lastBubble, lightbox, photo, sendChosen, tiles } from './support/files'
import { openPanel, openSheet, panel, sheet } from './support/group'
import { ownServer } from './support/ownServer'
import { expect, test } from './support/test'

const server = ownServer()
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

const back = (page: Page) => page.evaluate(() => history.back())
const forward = (page: Page) => page.evaluate(() => history.forward())
/** How many entries over the page's own one the history has. */
const depth = (page: Page) => page.evaluate(() => Number((history.state as { layers?: number } | null)?.layers ?? 0))

for (const [device, screen] of Object.entries({ desktop: {}, phone: PHONE })) {
  test(`going back closes what lies on top, then leaves the chat: ${device}`, async ({ open }) => {
    const [ann, bob, cleo] = await people(server.url, 'Ann', 'Bob', 'Cleo')
    const group = await TestGroup.make(ann, [bob, cleo], 'Layers')
    const direct = (await ann.chatWith(bob)).id
    await bob.send(direct, 'hi')
    const page = await open(ann, '/', screen)
    await openChat(page, 'Layers')
    const here = new RegExp(`/c/${group.id}$`)

    await test.step('files that were chosen, and a picture', async () => {
      await choose(page, [await photo('one.jpg')])
      await expect.poll(() => depth(page)).toBe(1)
      await back(page)
      await expect(page.getByTestId('send-dialog')).toBeHidden()
      await expect(page).toHaveURL(here)
      await choose(page, [await photo('one.jpg')])
      await sendChosen(page)
      await delivered(page)
      await expect.poll(() => depth(page)).toBe(0)
      await tiles(lastBubble(page)).first().click()
      await expect(lightbox(page)).toBeVisible()
      await expect.poll(() => depth(page)).toBe(1)
      await back(page)
      await expect(lightbox(page)).toBeHidden()
      await expect(page).toHaveURL(here)
    })

    await test.step('forward opens nothing, and is left at once', async () => {
      await forward(page)
      await expect.poll(() => depth(page)).toBe(0)
      await expect(lightbox(page)).toBeHidden()
      await expect(page).toHaveURL(here)
    })

    await test.step('what was closed otherwise has no entry left', async () => {
      await tiles(lastBubble(page)).first().click()
      await expect.poll(() => depth(page)).toBe(1)
      await page.keyboard.press('Escape')
      await expect(lightbox(page)).toBeHidden()
      await expect.poll(() => depth(page)).toBe(0)
      await back(page)
      await expect(page).toHaveURL(`${server.url}/`)
      await openChat(page, 'Layers')
    })

    await test.step('a menu, then the list it leads to', async () => {
      const bubble = lastBubble(page).locator('[data-message-id]')
      await bubble.focus()
      await page.keyboard.press('Enter')
      await page.getByTestId('message-seen-by').click()
      await expect(page.getByTestId('seen-by')).toBeVisible()
      await expect.poll(() => depth(page)).toBe(1)
      await back(page)
      await expect(page.getByTestId('seen-by')).toBeHidden()
      await expect(page).toHaveURL(here)
      await expect(messages(page).last()).toBeVisible()
    })

    if (device === 'phone') {
      await test.step('the panel, view by view', async () => {
        await openPanel(page, 'permissions')
        await expect(panel(page).getByTestId('permission-row').first()).toBeVisible()
        await expect.poll(() => depth(page)).toBe(2)
        await back(page)
        await expect(panel(page).getByTestId('permission-row')).toHaveCount(0)
        await expect(panel(page)).toBeVisible()
        await back(page)
        await expect(panel(page)).toBeHidden()
        await expect(page).toHaveURL(here)
      })

      await test.step('a reload forgets the panel, and going back leaves the chat', async () => {
        await openPanel(page)
        await expect.poll(() => depth(page)).toBe(1)
        await page.reload()
        await expect(page.getByTestId('open-group-panel')).toBeVisible()
        await expect(panel(page)).toBeHidden()
        await expect.poll(() => depth(page)).toBe(0)
        await back(page)
        await expect(page).toHaveURL(`${server.url}/`)
        await openChat(page, 'Layers')
      })

      await test.step('from the panel to another chat, and back', async () => {
        await openSheet(page, bob)
        await expect.poll(() => depth(page)).toBe(2)
        await sheet(page).getByTestId('member-write').click()
        await expect(page).toHaveURL(new RegExp(`/c/${direct}$`))
        await expect(messages(page, 'hi')).toBeVisible()
        await back(page)
        await expect(page).toHaveURL(here)
        await expect(panel(page)).toBeHidden()
        await back(page)
        await expect(page).toHaveURL(`${server.url}/`)
      })
    } else {
      await back(page)
      await expect(page).toHaveURL(`${server.url}/`)
    }

    await test.step('the dialog for a new chat, and the chat it leads to', async () => {
      await page.getByTestId('new-chat').click()
      await expect.poll(() => depth(page)).toBe(1)
      await back(page)
      await expect(page.getByTestId('people-search')).toBeHidden()
      await expect(page).toHaveURL(`${server.url}/`)
      await page.getByTestId('new-chat').click()
      await page.getByTestId('people-search').fill('Cleo')
      await page.getByTestId('person').filter({ hasText: cleo.user.username }).click()
      await expect(page.getByRole('heading', { name: 'Cleo', level: 1 })).toBeVisible()
      await back(page)
      await expect(page).toHaveURL(`${server.url}/`)
      await expect(item(page, 'Layers')).toBeVisible()
    })
  })
}
