import type { MessagePage } from '#shared/schemas/message'
import { register, type Person } from '../support/person'
import { composer, item, messages, openChat, say, sent, startChat, texts } from './support/chat'
import { ownServer } from './support/ownServer'
import { expect, test } from './support/test'

const server = ownServer()
let ann: Person
let bob: Person

test.beforeEach(async () => {
  ;[ann, bob] = await Promise.all([register(server.url, 'Ánh Nguyễn'), register(server.url, 'Bob Ö’Brien')])
})

test('lets two people find each other and talk in real time', async ({ open }) => {
  const [first, second] = await Promise.all([open(ann), open(bob)])
  await expect(first.getByText('No chats yet')).toBeVisible()

  await first.getByTestId('new-chat').click()
  const search = first.getByTestId('people-search')
  const people = first.getByTestId('person')
  for (const typed of ['bob', 'bob o', bob.user.username.toUpperCase()]) {
    await search.fill(typed)
    await expect(people.filter({ hasText: `@${bob.user.username}` })).toBeVisible()
  }
  await search.fill('nobody of this name')
  await expect(first.getByText('No one matches “nobody of this name”')).toBeVisible()
  await search.fill('ánh')
  await expect(people.filter({ hasText: `@${ann.user.username}` })).toHaveCount(0)
  await search.fill(bob.user.username)
  await expect(people).toHaveCount(1)
  await search.press('ArrowDown')
  await search.press('Enter')
  await expect(first.getByRole('heading', { name: 'Bob Ö’Brien' })).toBeVisible()
  await expect(first.getByText('Write the first message to Bob Ö’Brien.')).toBeVisible()
  await expect(second.getByText('No chats yet')).toBeVisible()

  await say(first, 'Chào Bob!')
  await sent(first, 'Chào Bob!')
  await expect(item(second, 'Ánh Nguyễn')).toContainText('Chào Bob!')
  await expect(item(second, 'Ánh Nguyễn')).toContainText('1 unread message')
  await expect(second).toHaveTitle('(1) WebChat')
  await openChat(second, 'Ánh Nguyễn')
  await expect(messages(second, 'Chào Bob!')).toBeVisible()
  await expect(messages(first, 'Chào Bob!')).toHaveAttribute('data-read', 'true')
  await expect(second).toHaveTitle('Ánh Nguyễn · WebChat')

  await say(second, 'Hello Ánh!')
  await expect(messages(first, 'Hello Ánh!')).toBeVisible()
  await say(first, 'How are you?')
  await expect(messages(second, 'How are you?')).toBeVisible()
  for (const page of [first, second]) expect(await texts(page)).toEqual(['Chào Bob!', 'Hello Ánh!', 'How are you?'])
  await first.reload()
  await expect(messages(first)).toHaveCount(3)
  expect(await texts(first)).toEqual(['Chào Bob!', 'Hello Ánh!', 'How are you?'])
})

test('finds a person without accents, and opens the same chat however they were found', async ({ open }) => {
  const thuy = await register(server.url, 'Thùy Đặng Wörth')
  const page = await open(bob)
  await startChat(page, 'thuy dang', 'Thùy Đặng Wörth')
  const address = page.url()
  for (const typed of ['THÙY', 'wort', 'đặng']) {
    await page.goto('/')
    await page.getByTestId('new-chat').click()
    await page.getByTestId('people-search').fill(typed)
    await page
      .getByTestId('person')
      .filter({ hasText: `@${thuy.user.username}` })
      .click()
    await expect(page).toHaveURL(address)
  }
})

test('shows that the other person is online, and is typing', async ({ open }) => {
  const chat = await ann.chatWith(bob)
  await ann.send(chat.id, 'hi')
  const first = await open(ann, `/c/${chat.id}`)
  const header = first.getByRole('banner').or(first.locator('header')).filter({ hasText: 'Bob Ö’Brien' })
  await expect(header).toContainText(/offline|last seen/)
  const second = await open(bob, `/c/${chat.id}`)
  await expect(header).toContainText('online')
  await expect(item(first, 'Bob Ö’Brien')).toContainText('online')
  await composer(second).pressSequentially('Wait')
  await expect(header).toContainText('typing')
  await expect(item(first, 'Bob Ö’Brien')).toContainText('typing')
  await composer(second).press('Enter')
  await expect(messages(first, 'Wait')).toBeVisible()
  await expect(header).not.toContainText('typing')
  await composer(second).pressSequentially('No')
  await expect(header).toContainText('typing')
  await composer(second).fill('')
  await expect(header).not.toContainText('typing')
  await second.context().close()
  await expect(header).toContainText('last seen')
})

test('sends by Enter and breaks the line by Shift+Enter; empty or too long text stays', async ({ open }) => {
  const chat = await ann.chatWith(bob)
  const page = await open(ann, `/c/${chat.id}`)
  const field = composer(page)
  await expect(field).toBeFocused()
  await page.keyboard.type('one')
  const height = (await field.boundingBox())!.height
  await page.keyboard.press('Shift+Enter')
  await page.keyboard.type('two')
  await expect(field).toHaveValue('one\ntwo')
  expect((await field.boundingBox())!.height).toBeGreaterThan(height + 10)
  await page.keyboard.press('Enter')
  await sent(page, 'one two')
  expect(await texts(page)).toEqual(['one\ntwo'])
  await expect(field).toBeFocused()

  const button = page.getByTestId('send-button')
  await expect(page.getByTestId('voice-record')).toBeVisible()
  await field.fill(' \n ')
  await expect(button).toBeDisabled()
  await field.press('Enter')
  await field.fill('x'.repeat(8_001))
  await expect(page.getByText('1 character over the limit')).toBeVisible()
  await expect(button).toBeDisabled()
  await field.fill('y'.repeat(8_000))
  await button.click()
  await expect(field).toHaveValue('')
  await expect(messages(page).last()).toContainText('yyyy')
  await expect(messages(page).last()).toHaveAttribute('data-state', 'sent')
  const { body } = await ann.get<MessagePage>(`/api/conversations/${chat.id}/messages`)
  expect(body.messages.map(({ text }) => text.length)).toEqual([7, 8_000])
})
