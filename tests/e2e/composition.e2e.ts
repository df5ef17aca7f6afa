import { register, type Person } from '../support/person'
import { composer, connected, messages, openChat, say, sent, texts } from './support/chat'
import { ComposingKeyboard } from './support/composing'
import { choose, delivered, lastBubble, photo, staged } from './support/files'
import { ownServer } from './support/ownServer'
import { expect, test } from './support/test'

const server = ownServer()
let ann: Person
let bob: Person
let chat: string

test.beforeEach(async () => {
  ;[ann, bob] = await Promise.all([register(server.url, 'Ann'), register(server.url, 'Bob')])
  chat = (await ann.chatWith(bob)).id
  await bob.send(chat, 'hello')
})

test('sends a word that is still being composed, shows it as typing, and keeps it over a reload', async ({ open }) => {
  const [page, peer] = await Promise.all([open(ann, `/c/${chat}`), open(bob, `/c/${chat}`)])
  await Promise.all([connected(page), connected(peer)])
  await composer(page).focus()
  const keyboard = await ComposingKeyboard.of(page)
  await keyboard.compose('okay')
  await expect(page.getByTestId('send-button')).toBeEnabled()
  await expect(peer.locator('header').filter({ hasText: 'Ann' })).toContainText('typing')
  await page.reload()
  await expect(composer(page)).toHaveValue('okay')

  await composer(page).focus()
  const again = await ComposingKeyboard.of(page)
  await again.commit(' see you ')
  await again.compose('tomorrow')
  await page.getByTestId('send-button').click()
  await sent(page, 'okay see you tomorrow')
  await expect(composer(page)).toHaveValue('')
  await expect(composer(page)).toBeFocused()
  // What is composed next is the next word, and not the last one once more.
  await again.compose('x')
  await expect(composer(page)).toHaveValue('x')
  await again.commit('xin chào')
  await page.keyboard.press('Enter')
  await sent(page, 'xin chào')
  expect(await texts(page)).toEqual(['hello', 'okay see you tomorrow', 'xin chào'])
})

test('takes Enter in a composition as choosing the word, also while a message is edited', async ({ open }) => {
  const page = await open(ann, `/c/${chat}`)
  await connected(page)
  await say(page, 'first')
  await sent(page, 'first')
  const keyboard = await ComposingKeyboard.of(page)
  await keyboard.compose('にほんご')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await page.keyboard.press('ArrowUp')
  await expect(page).toHaveURL(new RegExp(chat))
  await expect(messages(page)).toHaveCount(2)
  await expect(composer(page)).toHaveValue(/にほんご/)
  await keyboard.commit('')
  await composer(page).fill('')

  await page.keyboard.press('ArrowUp')
  await expect(page.getByTestId('composer-about')).toHaveAttribute('data-kind', 'edit')
  await page.keyboard.press('End')
  await keyboard.compose(' and more')
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('composer-about')).toBeVisible()
  await page.getByTestId('send-button').click()
  await expect(messages(page, 'first and more')).toBeVisible()
  await expect(composer(page)).toHaveValue('')
})

test('keeps the composed word of a caption, and the chosen files when Escape ends a composition', async ({ open }) => {
  const page = await open(ann, `/c/${chat}`)
  await connected(page)
  await choose(page, [await photo('sun.jpg')])
  const keyboard = await ComposingKeyboard.of(page)
  await page.getByTestId('caption').focus()
  await keyboard.compose('mặt trời')
  await page.keyboard.press('Escape')
  await expect(staged(page)).toHaveCount(1)
  await page.getByTestId('send-files').click()
  await delivered(page)
  await expect(lastBubble(page).getByTestId('message-text')).toHaveText('mặt trời')
})

test('searches people by the composed word, and closes no dialog when Escape ends a composition', async ({ open }) => {
  const marker = `Zoë${Date.now()}`
  await register(server.url, marker)
  const page = await open(ann, `/c/${chat}`)
  await connected(page)
  const keyboard = await ComposingKeyboard.of(page)
  await page.getByTestId('new-chat').click()
  await expect(page.getByTestId('people-search')).toBeFocused()
  await keyboard.compose(marker)
  await expect(page.getByTestId('person')).toHaveCount(1)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toBeVisible()
  await keyboard.commit('')
  await page.getByTestId('people-search').fill('')
  await page.getByTestId('new-group').click()
  await expect(page.getByTestId('member-picker-search')).toBeFocused()
  await keyboard.compose(marker)
  await expect(page.getByTestId('person')).toHaveCount(1)
  await page.getByTestId('person').click()
  await page.getByTestId('new-group-next').click()
  await expect(page.getByTestId('new-group-name')).toBeFocused()
  await keyboard.compose('Nhóm mới')
  await page.keyboard.press('Escape')
  await page.getByTestId('new-group-create').click()
  await expect(page.getByRole('heading', { name: 'Nhóm mới', level: 1 })).toBeVisible()
})

test('takes a composed word in forms', async ({ open }) => {
  const page = await open(ann, '/settings')
  await page.getByLabel('Name', { exact: true }).focus()
  await page.keyboard.press('End')
  const keyboard = await ComposingKeyboard.of(page)
  await keyboard.compose(' Nguyễn')
  const save = page.getByRole('button', { name: 'Save' }).first()
  await expect(save).toBeEnabled()
  await save.click()
  await expect(page.getByText('Saved')).toBeVisible()
  expect((await ann.get('/api/me')).body.user.displayName).toBe('Ann Nguyễn')
})

test('removes characters that cannot be stored from pasted and typed text', async ({ open }) => {
  const page = await open(ann, `/c/${chat}`)
  await openChat(page, 'Bob')
  await composer(page).evaluate((field) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', 'one\0 \u0007two\r\nthree\ud83d \ud83d\ude00\u0086')
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  })
  await expect(composer(page)).toHaveValue('one two\nthree 😀')
  await composer(page).evaluate((field: HTMLTextAreaElement) => {
    field.value += '\0!'
    field.dispatchEvent(new InputEvent('input', { bubbles: true }))
  })
  await composer(page).press('Enter')
  await expect(messages(page).last()).toHaveAttribute('data-state', 'sent')
  expect((await texts(page)).at(-1)).toBe('one two\nthree 😀!')
})
