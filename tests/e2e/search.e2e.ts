import { register, type Person } from '../support/person'
import { TestGroup } from '../support/groups/group'
import { composer, connected, messages } from './support/chat'
import { ownServer } from './support/ownServer'
import { expect, test, UNREACHABLE } from './support/test'

const server = ownServer()
let ann: Person
let bob: Person
let group: TestGroup

test.beforeEach(async () => {
  ;[ann, bob] = (await Promise.all(['Ann', 'Bob'].map((name) => register(server.url, name)))) as [Person, Person]
  group = await TestGroup.make(ann, [bob], 'Climbing')
})

test('finds chats, people, commands and messages in one list, by keyboard alone', async ({ open }) => {
  const other = await TestGroup.make(bob, [ann], 'Cooking')
  await bob.send(other.id, 'Họp lúc 9 giờ ở phòng lớn')
  const socket = await bob.connect()
  const fill = (index: number) => ({ conversationId: other.id, clientId: `filler-${index}`, text: `filler ${index}` })
  await Promise.all(Array.from({ length: 120 }, (_, index) => socket.request('message.send', fill(index))))
  await socket.close()

  const page = await open(ann, `/c/${group.id}`)
  await connected(page)
  const field = page.getByTestId('search-field')
  await page.keyboard.press('ControlOrMeta+k')
  await expect(field).toBeFocused()
  await page.keyboard.type('cook')
  await expect(page.getByTestId('search-chat')).toHaveText(/Cooking/)
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(new RegExp(other.id))
  await expect(page.getByTestId('search-panel')).toBeHidden()

  // A message, which opens in its surroundings, far from the end of the chat.
  await page.keyboard.press('ControlOrMeta+k')
  await page.keyboard.type('phong hop')
  const found = page.getByTestId('search-message')
  await expect(found).toHaveCount(1)
  await expect(found.locator('mark')).toHaveText(['Họp', 'phòng'])
  await expect(field).toHaveAttribute('aria-activedescendant', /^found-message-/)
  await page.keyboard.press('Enter')
  await expect(messages(page, /^Họp lúc 9 giờ/)).toBeInViewport()

  // Filters by chips, and the value of one from a list.
  await page.getByTestId('search-panel').getByRole('button', { name: 'From' }).click()
  await page.keyboard.type('bob')
  await expect(page.getByTestId('search-value')).toHaveText([/Bob/])
  await page.keyboard.press('Enter')
  await expect(field).toHaveValue(`phong hop from:${bob.user.username} `)
  await expect(found).toHaveCount(1)
  await page.keyboard.type('nothing')
  await expect(page.getByTestId('search-panel').getByRole('status')).toHaveText('Nothing found')

  // Escape empties the field, and then closes the search.
  await page.keyboard.press('Escape')
  await expect(field).toHaveValue('')
  await page.keyboard.type('keyboard')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('keys')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('keys')).toBeHidden()
})

test('searches one chat, from match to match, and says when it cannot', async ({ open, problems }) => {
  problems.expect(...UNREACHABLE)
  for (const text of ['apple one', 'pear', 'apple two', 'apple three']) await bob.send(group.id, text)
  const page = await open(ann, `/c/${group.id}`)
  await connected(page)
  await page.keyboard.press('ControlOrMeta+f')
  const bar = page.getByTestId('search-in-chat')
  await expect(bar.getByRole('textbox')).toBeFocused()
  await page.keyboard.type('app')
  await expect(bar.getByRole('status')).toHaveText('1 of 3')
  await page.keyboard.press('Enter')
  await expect(bar.getByRole('status')).toHaveText('2 of 3')
  await page.keyboard.press('Shift+Enter')
  await expect(bar.getByRole('status')).toHaveText('1 of 3')
  await page.keyboard.type('lepie')
  await expect(bar.getByRole('status')).toHaveText('No matches')
  await page.route('**/api/search?**', (route) => route.abort())
  await page.keyboard.press('Backspace')
  await expect(bar.getByRole('status')).toHaveText(/offline/)
  await page.keyboard.press('Escape')
  await expect(bar).toBeHidden()
  await expect(composer(page)).toBeFocused()
})

test('goes to a day, to the first message, to the next unread chat, and lists the keys', async ({ open }) => {
  const other = await TestGroup.make(bob, [ann], 'Cooking')
  const socket = await bob.connect()
  const fill = (index: number) => ({ conversationId: group.id, clientId: `filler-${index}`, text: `line ${index}` })
  await Promise.all(Array.from({ length: 150 }, (_, index) => socket.request('message.send', fill(index))))
  await socket.close()
  const page = await open(ann, `/c/${group.id}`)
  await connected(page)
  await page.getByTestId('jump-to-newest').click()
  await messages(page, 'line 149').waitFor()
  await page.getByTestId('day-pill').focus()
  await page.keyboard.press('Enter')
  await page.getByTestId('first-message').click()
  await expect(messages(page, 'line 0')).toBeInViewport()

  await bob.send(other.id, 'unread')
  await expect(page.getByTestId('conversation-item').first()).toContainText('unread')
  await page.keyboard.press('Alt+ArrowDown')
  await expect(page).toHaveURL(new RegExp(other.id))
  await page.getByTestId('message-list').focus()
  await page.keyboard.press('?')
  await expect(page.getByTestId('keys')).toBeVisible()
})
