import { unzipSync } from 'fflate'
import { holdsLocation } from '../../shared/domain/location'
import { photo as located, picture } from '../support/files/pictures'
import { read } from '../support/files/uploads'
import { register, type Person } from '../support/person'
import { banner, composer, connected, item, messages, say, sent, texts } from './support/chat'
import { choose, delivered, dropFolder, lastBubble, photo, sendChosen, staged } from './support/files'
import { ownServer } from './support/ownServer'
import { expect, test, UNREACHABLE } from './support/test'

const server = ownServer()
let ann: Person
let bob: Person
let chat: string

test.beforeEach(async () => {
  ;[ann, bob] = await Promise.all([register(server.url, 'Ann'), register(server.url, 'Bob')])
  chat = (await ann.chatWith(bob)).id
  await bob.send(chat, 'hello')
})

const newest = async (person: Person) =>
  (await person.get(`/api/conversations/${chat}/messages?limit=1`)).body.messages[0]

test('sends a reply to a message that was deleted meanwhile, in order and with an empty quote', async ({
  open,
  problems,
}) => {
  problems.expect(...UNREACHABLE)
  const original = await bob.send(chat, 'soon gone')
  const page = await open(ann, `/c/${chat}`)
  await connected(page)
  await expect(messages(page, 'soon gone')).toBeVisible()
  await page.context().setOffline(true)
  await expect(banner(page)).toHaveAttribute('data-state', 'offline')
  await messages(page, 'soon gone').hover()
  await messages(page, 'soon gone').getByTestId('message-menu').click()
  await page.getByTestId('message-reply').click()
  await say(page, 'the answer')
  await say(page, 'the next')
  await bob.request('DELETE', `/api/conversations/${chat}/messages/${original.id}`)
  await page.context().setOffline(false)
  await sent(page, 'the answer')
  await sent(page, 'the next')
  expect((await texts(page)).slice(-2)).toEqual(['the answer', 'the next'])
  await expect(messages(page, 'the answer').getByTestId('message-quote')).toContainText('Message deleted')
  const peer = await open(bob, `/c/${chat}`, { locale: 'vi-VN' })
  await expect(messages(peer, 'the answer').getByTestId('message-quote')).toContainText('Tin nhắn đã bị xóa')
})

test('shows what was written offline in the list, and in a chat that was never loaded', async ({ open, problems }) => {
  problems.expect(...UNREACHABLE)
  const page = await open(ann)
  await connected(page)
  // What a chat is drawn with has been loaded, and nothing of what is said in it.
  await page.waitForLoadState('networkidle')
  await page.context().setOffline(true)
  await expect(banner(page)).toHaveAttribute('data-state', 'offline')
  await item(page, 'Bob').click()
  await expect(page.getByText('Couldn’t load messages')).toBeVisible()
  await say(page, 'written before I could read')
  await expect(messages(page, 'written before I could read')).toBeVisible()
  const retry = page.getByRole('button', { name: 'Try again' })
  await expect(retry).toBeVisible()
  await expect(item(page, 'Bob').getByTestId('unsent-excerpt')).toContainText('written before I could read')
  await page.context().setOffline(false)
  await sent(page, 'written before I could read')
  await expect(retry).toBeHidden()
  await expect(item(page, 'Bob').getByTestId('unsent-excerpt')).toHaveCount(0)
  await expect(item(page, 'Bob')).toContainText('written before I could read')
})

test('says why a message fails for good, and sends the next one', async ({ open, problems }) => {
  problems.expect(...UNREACHABLE)
  const group = (await ann.post('/api/conversations', { kind: 'group', name: 'Club', memberIds: [bob.user.id] })).body
    .conversation.id
  const page = await open(bob, `/c/${group}`)
  await connected(page)
  await page.context().setOffline(true)
  await say(page, 'https://example.com')
  await say(page, 'words')
  await ann.request('PATCH', `/api/conversations/${group}/members/${bob.user.id}`, { deny: ['sendLink'] })
  await page.context().setOffline(false)
  await sent(page, 'words')
  await expect(page.getByTestId('message-failed')).toHaveText('Not sent: you don’t have permission to send this here.')
})

test('cuts a very long paste, stays fast, and offers to send it as a file', async ({ open }) => {
  const page = await open(ann, `/c/${chat}`)
  await connected(page)
  const whole = 'short\n'.repeat(50_000)
  await composer(page).evaluate((field, text) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', text)
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, whole)
  await expect(composer(page)).toHaveValue(whole.slice(0, 8_000))
  await expect(page.getByText('Only the first 8,000 characters were kept.')).toBeVisible()
  await page.getByTestId('text-as-file').click()
  await expect(staged(page)).toContainText('message.txt')
  await expect(page.getByTestId('caption')).toHaveValue('')
  // Put away, the text is where it was.
  await page.keyboard.press('Escape')
  await expect(composer(page)).toHaveValue(whole.slice(0, 8_000))
  await page.getByTestId('text-as-file').click()
  await sendChosen(page)
  await delivered(page)
  const { attachments, text } = await newest(bob)
  expect([text, attachments[0].name]).toEqual(['', 'message.txt'])
  expect((await read(bob, attachments[0].url)).bytes.toString()).toBe(whole)
  await expect(composer(page)).toHaveValue('')

  // However else it comes into the field; with less than twice too much, what is too much can be cut by hand.
  await composer(page).fill('y'.repeat(300_000))
  await expect(composer(page)).toHaveValue('y'.repeat(8_000))
  await composer(page).fill('z'.repeat(8_002))
  await expect(page.getByText('2 characters over the limit')).toBeVisible()
  await expect(page.getByTestId('text-as-file')).toBeVisible()
})

test('sends a file that is no picture as a file, and says why before', async ({ open }) => {
  const page = await open(ann, `/c/${chat}`)
  await connected(page)
  const heic = Buffer.concat([Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), Buffer.alloc(2_000, 7)])
  const broken = Buffer.concat([Buffer.from([0xff, 0xd8, 0xff, 0xe0]), Buffer.alloc(500, 1)])
  await choose(page, [
    { name: 'phone.jpg', mimeType: 'image/jpeg', buffer: heic },
    { name: 'broken.jpg', mimeType: 'image/jpeg', buffer: broken },
    await photo('good.jpg'),
  ])
  const reasons = page.getByTestId('staged-problem')
  await expect(reasons).toHaveText([
    'We can’t show this picture. It will be sent as a file.',
    'We can’t read this file. It will be sent as a file.',
  ])
  await page.getByTestId('staged-remove').last().click()
  await sendChosen(page)
  await delivered(page)
  const { attachments } = await newest(bob)
  expect(attachments.map(({ kind, name }: { kind: string; name: string }) => [kind, name])).toEqual([
    ['file', 'phone.jpg'],
    ['image', 'good.jpg'],
  ])
  expect((await read(bob, attachments[0].url)).bytes.equals(heic)).toBe(true)
})

test('offers a refused picture as a file, and sends the rest without it', async ({ open, problems }) => {
  problems.expect(/status of 422/)
  const page = await open(ann, `/c/${chat}`)
  await connected(page)
  const issues = [{ path: ['mime'], code: 'unreadable', params: {}, message: 'This file cannot be read.' }]
  const json = { statusCode: 422, message: 'no', data: { code: 'INVALID', issues } }
  await page.route('**/api/uploads/*/complete', (route) => route.fulfill({ status: 422, json }), { times: 1 })
  await choose(page, [await photo('first.jpg')])
  await sendChosen(page)
  await expect(lastBubble(page).getByTestId('upload-words')).toContainText('We can’t read this file.')
  await lastBubble(page).getByTestId('upload-as-file').click()
  await delivered(page)
  expect((await newest(bob)).attachments[0]).toMatchObject({ kind: 'file', name: 'first.jpg' })

  const cut = await picture('jpeg', 2_000, 1_500)
  await choose(page, [{ name: 'cut.jpg', mimeType: 'image/jpeg', buffer: cut.subarray(0, cut.length >> 1) }])
  await sendChosen(page, 'but the words go')
  await expect(lastBubble(page)).toHaveAttribute('data-state', 'failed')
  await lastBubble(page).getByTestId('upload-cancel').click()
  await sent(page, 'but the words go')
  expect(await newest(bob)).toMatchObject({ text: 'but the words go', attachments: [] })
})

test('says that a photo contains its location, and sends it without', async ({ open }) => {
  const page = await open(ann, `/c/${chat}`)
  await connected(page)
  const buffer = await located()
  const chosen = { name: 'home.jpg', mimeType: 'image/jpeg', buffer }
  await choose(page, [chosen])
  await expect(page.getByTestId('location-note')).toHaveCount(0)
  await page.getByRole('switch', { name: 'Send as files' }).click()
  await expect(page.getByTestId('location-note')).toContainText('This photo shows where it was taken.')
  await page.getByTestId('send-without-location').click()
  await expect(page.getByTestId('send-dialog')).toBeHidden()
  await expect(messages(page)).toHaveCount(2)
  await delivered(page)
  const [clean] = (await newest(bob)).attachments
  const { bytes } = await read(bob, clean.url)
  expect([clean.kind, holdsLocation(bytes), bytes.length < buffer.length]).toEqual(['file', false, true])
  await choose(page, [chosen, await photo('plain.jpg')], 'file-input')
  await expect(page.getByTestId('location-note')).toBeVisible()
  await sendChosen(page)
  await delivered(page)
  const [asItWas] = (await newest(bob)).attachments
  expect((await read(bob, asItWas.url)).bytes.equals(buffer)).toBe(true)
})

test('sends a dropped folder as a zip or file by file, and says that one is empty', async ({ open }) => {
  const sun = await picture('jpeg')
  const files = {
    'Trip/notes.txt': Buffer.from('some notes'),
    'Trip/inside/sun.jpg': sun,
    'Trip/inside/deeper/Ghi chú.txt': Buffer.from('ghi'),
  }
  const page = await open(ann, `/c/${chat}`)
  await connected(page)
  await dropFolder(page.getByTestId('message-list'), 'Nothing')
  await expect(page.getByTestId('toast')).toContainText('The folder “Nothing” is empty.')

  await dropFolder(page.getByTestId('message-list'), 'Trip', files)
  await expect(page.getByTestId('folder-dialog')).toContainText('3 files')
  await page.getByTestId('folder-zip').click()
  await expect(staged(page)).toContainText('Trip.zip')
  await sendChosen(page)
  await delivered(page)
  const [zip] = (await newest(bob)).attachments
  const inside = unzipSync((await read(bob, zip.url)).bytes)
  expect(Object.keys(inside).sort()).toEqual(Object.keys(files).sort())
  for (const [path, bytes] of Object.entries(files)) expect(Buffer.from(inside[path]!).equals(bytes)).toBe(true)

  await dropFolder(page.getByTestId('message-list'), 'Trip', files)
  await page.getByTestId('folder-singly').click()
  await expect(staged(page)).toHaveCount(3)
  await sendChosen(page)
  await delivered(page)
  const kinds = (await newest(bob)).attachments.map(({ name, kind }: { name: string; kind: string }) => [name, kind])
  expect(kinds).toEqual([
    ['Ghi chú.txt', 'file'],
    ['sun.jpg', 'image'],
    ['notes.txt', 'file'],
  ])
})

test('shows a new person how to invite others, and a chat for notes', async ({ open }) => {
  const eve = await register(server.url, 'Eve')
  const [page, phone] = await Promise.all([open(eve), open(eve, '/', { viewport: { width: 390, height: 844 } })])
  for (const each of [page, phone]) {
    await expect(each.getByTestId('welcome')).toHaveCount(1)
    await expect(each.getByTestId('welcome-code').locator('svg')).toBeVisible()
    await expect(each.getByTestId('welcome-link')).toHaveText(`${server.url.replace('http://', '')}/register`)
  }
  await page.getByTestId('welcome-notes').click()
  await expect(page.getByRole('heading', { name: 'Notes to yourself', level: 1 })).toBeVisible()
  await expect(page.locator('header').filter({ hasText: 'Only you can see this' })).toBeVisible()
  await expect(page.getByText('A place of your own')).toBeVisible()
  await say(page, 'remember the milk')
  await sent(page, 'remember the milk')
  for (const each of [page, phone]) await expect(item(each, 'Notes to yourself')).toContainText('remember the milk')
  await expect(phone.getByTestId('welcome')).toHaveCount(0)
})
