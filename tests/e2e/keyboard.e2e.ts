import { register, type Person } from '../support/person'
import { composer, item, messages, sent } from './support/chat'
import { focused } from './support/looks'
import { ownServer } from './support/ownServer'
import { expect, test } from './support/test'

const server = ownServer()
let ann: Person
let bob: Person
let cleo: Person

test.beforeEach(async () => {
  ann = await register(server.url, 'Ann')
  bob = await register(server.url, 'Bob')
  cleo = await register(server.url, 'Cleo')
  await bob.send((await ann.chatWith(bob)).id, 'hello')
  await cleo.send((await ann.chatWith(cleo)).id, 'hi')
})

test('moves the focus by Tab from the list to the composer and to sending, and shows it', async ({ open }) => {
  const page = await open(ann)
  await expect(item(page, 'Cleo')).toBeVisible()
  await item(page, 'Cleo').click()
  await expect(composer(page)).toBeFocused()
  await expect(messages(page, 'hi')).toBeVisible()
  await composer(page).fill('sent by keyboard')
  await page.locator('.skip-link').first().focus()

  const stops: string[] = []
  for (let stop = 0; stop < 20 && stops.at(-1) !== 'Send'; stop++) {
    await page.keyboard.press('Tab')
    const { name, visible } = await focused(page)
    expect(visible, `one sees that the focus is on ${name}`).toBe(true)
    stops.push(name)
  }
  const order = [
    'Menu',
    'New chat',
    'conversation-item',
    'open-group-panel',
    'Messages with Cleo',
    'Attach files',
    'Message',
    'Send',
  ]
  const landmarks = stops.filter((name) => order.includes(name))
  expect(landmarks.filter((name, index) => name !== landmarks[index - 1])).toEqual(order)
  await page.keyboard.press('Enter')
  await sent(page, 'sent by keyboard')
})

test('walks the list by arrow keys, opens by Enter, and goes back by Escape', async ({ open }) => {
  const page = await open(ann)
  await item(page, 'Cleo').focus()
  await page.keyboard.press('ArrowDown')
  await expect(item(page, 'Bob')).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(composer(page)).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(`${server.url}/`)
  await expect(item(page, 'Bob')).toBeFocused()
})

test('moves the focus into a dialog or menu, keeps it there, and gives it back', async ({ open }) => {
  const page = await open(ann)
  await expect(item(page, 'Cleo')).toBeVisible()
  const opener = page.getByTestId('new-chat')
  await opener.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('people-search')).toBeFocused()
  for (let stop = 0; stop < 6; stop++) {
    await page.keyboard.press('Tab')
    expect(await page.evaluate(() => document.activeElement!.closest('[role="dialog"]') !== null)).toBe(true)
  }
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeHidden()
  await expect(opener).toBeFocused()

  const menu = page.getByTestId('account-menu')
  await menu.focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('menuitem', { name: 'Settings' })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(menu).toBeFocused()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(`${server.url}/settings`)
})
