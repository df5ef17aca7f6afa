import type { Page } from '@playwright/test'
import { register, type Person } from '../support/person'
import { picture as pictureOf } from '../support/files/pictures'
import { uploaded } from '../support/files/uploads'
import { TestGroup } from '../support/groups/group'
import { connected, item, messages, sendDeletion } from './support/chat'
import { ownServer } from './support/ownServer'
import { expect, test } from './support/test'

const server = ownServer()
let ann: Person
let bob: Person
let group: TestGroup

test.beforeEach(async () => {
  ;[ann, bob] = (await Promise.all(['Ann', 'Bob'].map((name) => register(server.url, name)))) as [Person, Person]
  group = await TestGroup.make(ann, [bob], 'Climbing')
  for (const text of ['Bring rope', 'Bring shoes', 'Bring food']) await ann.send(group.id, text)
})

async function choose(page: Page, text: string, action: string): Promise<void> {
  await messages(page, text).hover()
  await messages(page, text).getByTestId('message-menu').click()
  await page.getByTestId(action).click()
}

test('pins messages for everyone, steps through them, lists and unpins them', async ({ open }) => {
  const [first, second] = await Promise.all([open(ann, `/c/${group.id}`), open(bob, `/c/${group.id}`)])
  await Promise.all([connected(first), connected(second)])
  await choose(first, 'Bring rope', 'message-pin')
  const bar = second.getByTestId('pin-bar-jump')
  await expect(bar).toContainText('Bring rope')
  await expect(messages(second, 'Bring rope').getByTestId('message-pinned')).toBeVisible()
  await expect(second.getByTestId('system-message').last()).toHaveText('Ann pinned a message')
  await choose(first, 'Bring food', 'message-pin')
  await expect(bar).toContainText('Bring food')
  await expect(bar).toContainText('1 of 2')
  await second.reload()
  await expect(bar).toContainText('Bring food')
  await bar.click()
  await expect(bar).toContainText('Bring rope')
  await bar.click()
  await expect(bar).toContainText('Bring food')

  // Members without the right have the list, and nothing to change it with.
  await second.getByTestId('pin-bar-all').click()
  await expect(second.getByTestId('pin')).toHaveText([/Bring food/, /Bring rope/])
  await expect(second.getByTestId('pin-remove')).toHaveCount(0)
  await messages(second, 'Bring shoes').hover()
  await messages(second, 'Bring shoes').getByTestId('message-menu').click()
  await expect(second.getByTestId('message-copy')).toBeVisible()
  await expect(second.getByTestId('message-pin')).toHaveCount(0)

  await first.getByTestId('pin-bar-all').click()
  await first.getByTestId('pin-remove').first().click()
  await expect(second.getByTestId('pin')).toHaveText([/Bring rope/])
  await first.getByTestId('pin-remove').click()
  await expect(second.getByTestId('pin-bar')).toHaveCount(0)
  await expect(first.getByText('Nothing pinned')).toBeVisible()
})

test('deletes after a while in which it can be undone, or when the tab is closed', async ({ open }) => {
  const [first, second] = await Promise.all([open(ann, `/c/${group.id}`), open(bob, `/c/${group.id}`)])
  await Promise.all([connected(first), connected(second)])
  const undo = first.getByTestId('toast-action')
  await choose(first, 'Bring food', 'message-delete')
  await expect(messages(first, 'Bring food')).toHaveCount(0)
  await undo.click()
  await expect(messages(first, 'Bring food')).toBeVisible()
  await expect(messages(second, 'Bring food')).toBeVisible()

  await choose(first, 'Bring food', 'message-delete')
  await sendDeletion(first)
  await expect(messages(second, 'Bring food')).toHaveCount(0)
  await expect(messages(second).last()).toContainText('Message deleted')
  for (const page of [first, second]) await expect(item(page, 'Climbing')).toContainText('Bring shoes')

  await choose(first, 'Bring rope', 'message-delete')
  await expect(messages(first, 'Bring rope')).toHaveCount(0)
  await first.goto('about:blank')
  await expect(messages(second, 'Bring rope')).toHaveCount(0)

  // The group can hide that there was something.
  await group.change(ann, { settings: { hideDeleted: true } })
  await expect(messages(second)).toHaveCount(1)
  await second.reload()
  await expect(messages(second)).toHaveCount(1)
  await expect(second.getByText('Message deleted')).toHaveCount(0)
})

test('forwards several selected messages to a chat, with the name of who wrote them', async ({ open }) => {
  const direct = await ann.chatWith(bob)
  await ann.send(direct.id, 'hi')
  const [first, second] = await Promise.all([open(bob, `/c/${group.id}`), open(ann, `/c/${direct.id}`)])
  await Promise.all([connected(first), connected(second)])
  await choose(first, 'Bring rope', 'message-select')
  await messages(first, 'Bring food').click({ modifiers: ['Shift'] })
  await expect(first.getByTestId('selection-count')).toHaveText('3 selected')
  await messages(first, 'Bring shoes').click()
  await expect(first.getByTestId('selection-count')).toHaveText('2 selected')
  // Bob may not delete what Ann wrote.
  await expect(first.getByTestId('selection-delete')).toHaveCount(0)
  await first.getByTestId('selection-forward').click()
  await first.getByTestId('forward-search').fill('ann')
  await first.getByTestId('forward-chat').click()
  await first.getByTestId('forward-send').click()
  await expect(first.getByTestId('selection-bar')).toHaveCount(0)
  await expect(messages(second)).toHaveText([/hi/, /Bring rope/, /Bring food/])
  await expect(messages(second).last().getByTestId('message-forwarded')).toHaveText('Forwarded from Ann')

  await choose(first, 'Bring rope', 'message-select')
  await first.keyboard.press('Escape')
  await expect(first.getByTestId('selection-bar')).toHaveCount(0)
  await expect(first).toHaveURL(new RegExp(group.id))
})

test('copies selected messages with names and times, and deletes own ones together', async ({ open }) => {
  const page = await open(ann, `/c/${group.id}`, { permissions: ['clipboard-read', 'clipboard-write'] })
  await connected(page)
  await choose(page, 'Bring rope', 'message-select')
  await messages(page, 'Bring shoes').click()
  await page.getByTestId('selection-copy').click()
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  expect(copied).toMatch(/^Ann, .+\nBring rope\n\nAnn, .+\nBring shoes$/)
  await choose(page, 'Bring rope', 'message-select')
  await messages(page, 'Bring shoes').click()
  await page.getByTestId('selection-delete').click()
  await expect(page.getByTestId('toast').filter({ hasText: '2 messages deleted' })).toBeVisible()
  await sendDeletion(page)
  await expect.poll(async () => (await group.history(bob)).filter(({ deletedAt }) => deletedAt).length).toBe(2)
})

test('keeps messages in one’s own list, which leads back to them', async ({ open }) => {
  const page = await open(bob, `/c/${group.id}`)
  await connected(page)
  await choose(page, 'Bring shoes', 'message-save')
  await page.getByTestId('toast-action').click()
  await expect(page.getByTestId('saved-message')).toHaveText([/Ann · Climbing.*Bring shoes/])
  await page.getByTestId('saved-message').getByText('Bring shoes').click()
  await expect(messages(page, 'Bring shoes')).toBeVisible()
  await page.getByTestId('account-menu').click()
  await page.getByTestId('account-saved').click()
  await expect(page.getByTestId('saved-message')).toHaveCount(1)
  await page.reload()
  await page.getByTestId('saved-remove').click()
  await expect(page.getByText('Nothing saved')).toBeVisible()
})

test('opens the answers to a message as a thread, where one can answer', async ({ open }) => {
  const [root] = (await group.history(ann)).slice(-1)
  const path = group.path('/messages')
  await ann.post(path, { clientId: 'first-answer', text: 'I have bread', replyToId: root!.id })
  const picture = await uploaded(ann, await pictureOf('jpeg', 300, 200), { conversationId: group.id, kind: 'image' })
  await ann.post(path, { clientId: 'its-picture', uploadIds: [picture.id], replyToId: root!.id })
  const [first, second] = await Promise.all([open(ann, `/c/${group.id}`), open(bob, `/c/${group.id}`)])
  await Promise.all([connected(first), connected(second)])
  await messages(second, 'Bring food').getByTestId('message-replies').click()
  await expect(second.getByTestId('thread-message')).toHaveText([/Bring food/, /I have bread/, /Ann/])
  await second.getByTestId('thread').getByTestId('file-tile').click()
  await expect(second.getByTestId('lightbox')).toBeVisible()
  await second.keyboard.press('Escape')
  await expect(second.getByTestId('lightbox')).toHaveCount(0)
  await second.getByTestId('thread-input').fill('And I cheese')
  await second.getByTestId('thread-input').press('Enter')
  await expect(second.getByTestId('thread-message').last()).toContainText('And I cheese')
  await expect(second.getByTestId('thread-count')).toHaveText('3 replies')
  await expect(messages(first, 'And I cheese')).toBeVisible()
  await expect(messages(first, 'Bring food').getByTestId('message-replies')).toHaveText('3 replies')
})

test('answers by a swipe to the right, and scrolls by one upwards, under a finger', async ({ open }) => {
  const page = await open(bob, `/c/${group.id}`, {
    viewport: { width: 390, height: 800 },
    isMobile: true,
    hasTouch: true,
  })
  await expect(messages(page, 'Bring rope')).toBeVisible()
  const cdp = await page.context().newCDPSession(page)
  const box = (await messages(page, 'Bring rope').locator('[data-message-id]').boundingBox())!
  const drag = async (right: number, down: number) => {
    const [x, y] = [box.x + 20, box.y + box.height / 2]
    await cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: [{ x, y }] })
    for (let step = 1; step <= 10; step++) {
      const touchPoints = [{ x: x + (right * step) / 10, y: y + (down * step) / 10 }]
      await cdp.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints })
    }
    await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  }
  await drag(40, 0)
  await drag(30, -120)
  await expect(page.getByTestId('composer-about')).toHaveCount(0)
  await drag(120, 4)
  await expect(page.getByTestId('composer-about')).toContainText('Bring rope')
})

test('lifts a bubble by a long press to react, and ends a selection by going back, under a finger', async ({
  open,
}) => {
  const phone = { viewport: { width: 390, height: 800 }, isMobile: true, hasTouch: true }
  const page = await open(bob, `/c/${group.id}`, phone)
  await expect(messages(page, 'Bring rope')).toBeVisible()
  const cdp = await page.context().newCDPSession(page)
  const middleOf = async (text: string) => {
    const { x, y, width, height } = (await messages(page, text).locator('[data-message-id]').boundingBox())!
    return { x: Math.round(x + width / 2), y: Math.round(y + height / 2) }
  }
  const press = async (text: string) => {
    const touchPoints = [await middleOf(text)]
    await cdp.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints })
    await expect(page.getByTestId('message-lifted')).toContainText(text)
    await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] })
  }
  await press('Bring rope')
  await page.getByTestId('message-react').nth(1).tap()
  await expect(page.getByTestId('message-lifted')).toHaveCount(0)
  await expect(messages(page, 'Bring rope').getByTestId('reaction')).toHaveAttribute('data-mine', 'true')

  await press('Bring food')
  await page.getByTestId('message-select').tap()
  await expect(page.getByTestId('selection-count')).toHaveText('1 selected')
  await page.goBack()
  await expect(page.getByTestId('selection-bar')).toHaveCount(0)
  await expect(messages(page, 'Bring food')).toBeVisible()

  // The emoji of the composer are a sheet here.
  await page.getByTestId('emoji-button').tap()
  await page.getByRole('dialog').locator('[data-emoji="😀"]').tap()
  await expect(page.getByTestId('composer-input')).toHaveValue('😀')
})
