import { register, type Person } from '../support/person'
import { composer, connected, item, messages, openChat } from './support/chat'
import { expectAccessible, expectFitting } from './support/looks'
import { ownServer } from './support/ownServer'
import { expect, test } from './support/test'
import type { Page } from '@playwright/test'

const server = ownServer()
let ann: Person
let bob: Person
let chat: string
let team: string

test.beforeEach(async () => {
  ;[ann, bob] = await Promise.all([register(server.url, 'Ann'), register(server.url, 'Bob')])
  chat = (await ann.chatWith(bob)).id
  const group = (name: string) => ann.post('/api/conversations', { kind: 'group', name, memberIds: [bob.user.id] })
  team = (await group('Team')).body.conversation.id
  await group('Plans')
  await bob.send(chat, 'hello')
})

const names = (page: Page) =>
  page.getByTestId('conversation-item').evaluateAll((items) => items.map((each) => each.getAttribute('data-name')))
const menuOf = async (page: Page, name: string) => {
  await item(page, name).click({ button: 'right' })
  await expect(page.getByRole('menu')).toBeVisible()
}
const choose = async (page: Page, name: string, ...steps: string[]) => {
  await menuOf(page, name)
  for (const step of steps) await page.getByTestId(step).click()
  await expect(page.getByRole('menu')).toBeHidden()
}
const badge = (page: Page, name: string) => item(page, name).getByTestId('unread-badge')

test('pins, orders, mutes, marks, archives and clears, on every device at once', async ({ open }) => {
  const [page, other] = await Promise.all([open(ann), open(ann, '/', { locale: 'vi-VN' })])
  await Promise.all([connected(page), connected(other)])
  await expect(page).toHaveTitle('(1) WebChat')

  await choose(page, 'Plans', 'list-pin')
  await choose(page, 'Team', 'list-pin')
  for (const each of [page, other]) await expect.poll(() => names(each)).toEqual(['Team', 'Plans', 'Bob'])
  await item(page, 'Plans').focus()
  await page.keyboard.press('Alt+Shift+ArrowUp')
  for (const each of [page, other]) await expect.poll(() => names(each)).toEqual(['Plans', 'Team', 'Bob'])
  await item(page, 'Team').dragTo(item(page, 'Plans'))
  for (const each of [page, other]) await expect.poll(() => names(each)).toEqual(['Team', 'Plans', 'Bob'])

  await item(page, 'Bob').hover()
  await page.locator(`[data-row="${chat}"]`).getByTestId('conversation-menu').click()
  await page.getByTestId('list-mute').click()
  await page.getByTestId('mute-hour').click()
  await expect(item(other, 'Bob').getByRole('img', { name: 'Đã tắt thông báo' })).toBeVisible()
  for (const each of [page, other]) await expect(each).toHaveTitle('WebChat')

  await choose(page, 'Bob', 'list-unread')
  for (const each of [page, other]) await expect(badge(each, 'Bob')).toBeHidden()
  await choose(page, 'Team', 'list-unread')
  for (const each of [page, other]) await expect(badge(each, 'Team')).toBeVisible()
  await openChat(other, 'Team')
  for (const each of [page, other]) await expect(badge(each, 'Team')).toBeHidden()

  await choose(page, 'Bob', 'list-archive')
  for (const each of [page, other]) await expect(item(each, 'Bob')).toBeHidden()
  await page.getByTestId('archive-row').click()
  await expectAccessible(page, 'the archive')
  await choose(page, 'Bob', 'list-returns')
  await page.getByTestId('leave-archive').click()
  await expect(page.getByTestId('archive-row')).toBeFocused()
  await bob.send(chat, 'are you there?')
  for (const each of [page, other]) await expect(item(each, 'Bob')).toContainText('are you there?')

  await item(other, 'Bob').click()
  await expect(messages(other)).toHaveCount(2)
  await choose(page, 'Bob', 'list-clear')
  await page.getByTestId('confirm').click()
  await expect(messages(other)).toHaveCount(0)
  await bob.send(chat, 'a new start')
  await expect(messages(other, 'a new start')).toBeVisible()
  await other.reload()
  await expect(messages(other)).toHaveCount(1)
  expect((await bob.get(`/api/conversations/${chat}/messages`)).body.messages).toHaveLength(3)
})

test('shows parts of the list, and keeps a chat there while it is being read', async ({ open }) => {
  const page = await open(ann)
  await connected(page)
  await page.getByTestId('chip-all').locator('input').focus()
  await page.keyboard.press('ArrowRight')
  await expect.poll(() => names(page)).toEqual(['Bob'])
  await item(page, 'Bob').click()
  await expect(messages(page, 'hello')).toBeVisible()
  await expect(badge(page, 'Bob')).toBeHidden()
  await expect(item(page, 'Bob')).toBeVisible()
  await composer(page).press('Escape')
  await expect(page.getByTestId('list-empty')).toContainText('Nothing unread')
  await page.getByTestId('chip-groups').click()
  await expect.poll(() => names(page)).toEqual(['Plans', 'Team'])
  await page.getByTestId('chip-mentions').click()
  await page.getByRole('button', { name: 'Show all chats' }).click()
  await expect.poll(() => names(page)).toEqual(['Bob', 'Plans', 'Team'])
  await choose(page, 'Plans', 'list-archive')
  await expect(page.getByTestId('toast')).toContainText('Chat archived')
})

test('a draft follows to the other device, and goes when it is sent there', async ({ open }) => {
  const [page, other] = await Promise.all([open(ann, `/c/${chat}`), open(ann)])
  await connected(other)
  await composer(page).fill('half a thought')
  await expect(item(other, 'Bob')).toContainText('Draft: half a thought')
  await other.reload()
  await item(other, 'Bob').click()
  await expect(composer(other)).toHaveValue('half a thought')
  await composer(other).press('Enter')
  await expect(messages(page, 'half a thought')).toBeVisible()
  await expect(composer(page)).toHaveValue('')
})

test('a message is scheduled, listed on every device, changed, and sent', async ({ open }) => {
  const [page, other] = await Promise.all([open(ann, `/c/${chat}`), open(ann, `/c/${chat}`)])
  await Promise.all([connected(page), connected(other)])
  await composer(page).fill('good morning')
  await page.getByTestId('send-button').click({ button: 'right' })
  await page.getByTestId('schedule-tomorrow').click()
  await expect(composer(page)).toHaveValue('')
  await expect(messages(page, 'good morning')).toHaveCount(0)
  await other.getByTestId('scheduled-line').click()
  await expect(other.getByTestId('scheduled')).toContainText('good morning')
  const time = await other.getByTestId('scheduled').locator('time').textContent()
  await other.getByTestId('scheduled-change').click()
  await other.getByTestId('schedule-hour').click()
  await expect(other.getByTestId('scheduled').locator('time')).not.toHaveText(time!)
  await page.reload()
  await page.getByTestId('scheduled-line').click()
  await page.getByTestId('scheduled-now').click()
  for (const each of [page, other]) await expect(messages(each, 'good morning')).toBeVisible()
  for (const each of [page, other]) await expect(each.getByTestId('scheduled-line')).toBeHidden()
})

test('a phone swipes to archive and to mark, and presses long for the menu', async ({ open }) => {
  const phone = await open(ann, '/', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  await connected(phone)
  const session = await phone.context().newCDPSession(phone)
  const touch = (type: string, x?: number, y?: number) =>
    session.send('Input.dispatchTouchEvent', {
      type: type as 'touchStart',
      touchPoints: x === undefined ? [] : [{ x, y: y! }],
    })
  const swipe = async (name: string, by: number) => {
    const { x, y, width, height } = (await item(phone, name).boundingBox())!
    const middle = { x: x + width / 2, y: y + height / 2 }
    await touch('touchStart', middle.x, middle.y)
    for (const part of [0.2, 0.5, 0.8, 1]) await touch('touchMove', middle.x + by * part, middle.y)
    await touch('touchEnd')
  }

  await swipe('Bob', 40)
  await expect(badge(phone, 'Bob')).toBeVisible()
  await swipe('Bob', 120)
  await expect(badge(phone, 'Bob')).toBeHidden()
  await expect(phone).toHaveURL(/\/$/)
  await swipe('Team', -120)
  await expect(item(phone, 'Team')).toBeHidden()
  await expectFitting(phone, 'the list with an archive')

  const { x, y } = (await item(phone, 'Plans').boundingBox())!
  await touch('touchStart', x + 150, y + 30)
  await expect(phone.getByRole('menu')).toBeVisible()
  await touch('touchEnd')
  await phone.getByTestId('list-pin').tap()
  await expect.poll(() => names(phone)).toEqual(['Plans', 'Bob'])
  await expect(phone).toHaveURL(/\/$/)
  expect((await ann.get(`/api/conversations/${team}`)).body.conversation.me.archived).toBe(true)
})
