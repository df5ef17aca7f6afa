import { readFile } from 'node:fs/promises'
import { photo as phonePhoto } from '../support/files/pictures'
import { hashOf, read } from '../support/files/uploads'
import { ok, TestGroup } from '../support/groups/group'
import { register, type Person } from '../support/person'
import { composer, item, messages, openChat, say, sendDeletion, sent } from './support/chat'
import {
  bytesOf,
  choose,
  delivered,
  drag,
  lastBubble,
  lightbox,
  paste,
  photo,
  sendChosen,
  staged,
  textFile,
  tiles,
} from './support/files'
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

test('delivers pictures with a caption without moving the list, and pages through them in the lightbox', async ({
  open,
}) => {
  const [first, second] = await Promise.all([open(ann, `/c/${chat}`), open(bob, `/c/${chat}`)])
  await expect(messages(second, 'hello')).toBeVisible()
  // Bob gets the words at once and the pictures later.
  const waiting: (() => void)[] = []
  await second.route('**/thumbnail**', async (route) => {
    await new Promise<void>((resolve) => waiting.push(resolve))
    await route.continue()
  })
  await choose(first, [
    await photo('one.jpg', 900, 600),
    await photo('two.jpg', 600, 900),
    await photo('three.jpg', 800, 800),
    await photo('four.jpg'),
  ])
  await expect(staged(first)).toHaveCount(4)
  await staged(first).nth(3).getByTestId('staged-remove').click()
  await expect(staged(first)).toHaveCount(3)
  await sendChosen(first, 'From the walk')
  await expect(tiles(lastBubble(first))).toHaveCount(3)
  await delivered(first)

  await expect(messages(second, 'From the walk')).toBeVisible()
  await expect(tiles(lastBubble(second))).toHaveCount(3)
  await expect.poll(() => waiting.length).toBeGreaterThanOrEqual(3)
  const before = await lastBubble(second).boundingBox()
  expect(before!.height).toBeGreaterThan(200)
  for (const go of waiting.splice(0)) go()
  await expect
    .poll(() =>
      lastBubble(second)
        .locator('img')
        .evaluateAll((all) => all.every((one) => (one as HTMLImageElement).naturalWidth > 0)),
    )
    .toBe(true)
  expect(await lastBubble(second).boundingBox()).toEqual(before)
  await second.unroute('**/thumbnail**')

  await tiles(lastBubble(second)).first().click()
  await expect(lightbox(second)).toBeVisible()
  await expect(lightbox(second)).toContainText('Ann')
  await expect(second.getByTestId('lightbox-caption')).toContainText('From the walk')
  await expect(second.getByTestId('lightbox-photo')).toHaveAttribute('alt', 'one.jpg')
  await expect(second.getByTestId('lightbox-previous')).toBeHidden()
  await second.keyboard.press('ArrowRight')
  await expect(second.getByTestId('lightbox-photo')).toHaveAttribute('alt', 'two.jpg')
  await second.keyboard.press('ArrowRight')
  await expect(second.getByTestId('lightbox-photo')).toHaveAttribute('alt', 'three.jpg')
  await expect(second.getByTestId('lightbox-next')).toBeHidden()
  await second.keyboard.press('ArrowLeft')
  await expect(second.getByTestId('lightbox-photo')).toHaveAttribute('alt', 'two.jpg')
  await second.keyboard.press('+')
  await expect(second.getByTestId('lightbox-stage')).toHaveAttribute('data-scale', '1.50')
  await second.keyboard.press('0')
  await second.getByTestId('lightbox-stage').dblclick()
  await expect(second.getByTestId('lightbox-stage')).toHaveAttribute('data-scale', '2.50')
  // The focus goes round inside, and back to where it came from.
  for (let presses = 0; presses < 8; presses++) {
    await second.keyboard.press('Tab')
    expect(await second.evaluate(() => document.activeElement!.closest('[data-testid="lightbox"]') !== null)).toBe(true)
  }
  await second.keyboard.press('Escape')
  await expect(lightbox(second)).toBeHidden()
  await expect(second).toHaveURL(/\/c\//)
  await expect(tiles(lastBubble(second)).first()).toBeFocused()
})

test('shows the first frame of a film to its receivers before it plays', async ({ open }) => {
  const [first, second] = await Promise.all([open(ann, `/c/${chat}`), open(bob, `/c/${chat}`)])
  await expect(messages(second, 'hello')).toBeVisible()
  const buffer = await readFile(new URL('../../scripts/seed/files/pier.webm', import.meta.url))
  await choose(first, [{ name: 'pier.webm', mimeType: 'video/webm', buffer }])
  await sendChosen(first)
  await delivered(first)
  const film = second.getByTestId('file-video')
  await expect(film).toHaveAttribute('poster', /\/thumbnail$/)
  const [message] = (await bob.get(`/api/conversations/${chat}/messages?limit=1`)).body.messages
  const frame = await film.evaluate(async (video) => {
    const image = new Image()
    image.src = (video as HTMLVideoElement).poster
    await image.decode()
    return { width: image.naturalWidth, height: image.naturalHeight }
  })
  const [{ width, height }] = message.attachments
  expect(frame.width / frame.height).toBeCloseTo(width / height, 1)
})

test('pages through the pictures of the whole chat, beyond what is loaded', async ({ open }) => {
  const page = await open(ann, `/c/${chat}`)
  await choose(page, [await photo('oldest.jpg')])
  await sendChosen(page)
  await delivered(page)
  for (let number = 0; number < 120; number++) await bob.send(chat, `line ${number}`)
  await page.reload()
  await choose(page, [await photo('newest.jpg')])
  await sendChosen(page)
  await delivered(page)
  await tiles(lastBubble(page)).click()
  await expect(page.getByTestId('lightbox-photo')).toHaveAttribute('alt', 'newest.jpg')
  await page.getByTestId('lightbox-previous').click()
  await expect(page.getByTestId('lightbox-photo')).toHaveAttribute('alt', 'oldest.jpg')
  await page.keyboard.press('ArrowRight')
  await expect(page.getByTestId('lightbox-photo')).toHaveAttribute('alt', 'newest.jpg')
})

test('takes dropped and pasted files, and says why one cannot be sent', async ({ open }) => {
  const page = await open(ann, `/c/${chat}`)
  const pane = page.getByRole('region', { name: 'Bob' })
  await expect(messages(page, 'hello')).toBeVisible()
  await drag(page.getByTestId('message-list'), 'dragenter', [textFile('notes.txt', 'some notes')])
  await expect(page.getByTestId('drop-overlay')).toContainText('Drop files to send them to Bob')
  await drag(page.getByTestId('message-list'), 'drop', [
    textFile('notes.txt', 'some notes'),
    textFile('nothing.txt', ''),
  ])
  await expect(page.getByTestId('drop-overlay')).toBeHidden()
  await expect(staged(page)).toHaveCount(2)
  await expect(staged(page).nth(1)).toContainText('This file is empty')
  await expect(page.getByTestId('send-dialog')).toContainText('Send 1 file')
  await sendChosen(page)
  await expect(lastBubble(page).getByTestId('file-card')).toHaveCount(1)
  await delivered(page)

  await paste(composer(page), [await photo('image.png')])
  await expect(staged(page)).toHaveCount(1)
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('send-dialog')).toBeHidden()
  await expect(composer(page)).toBeFocused()
  await paste(composer(page), [await photo('image.png')])
  await sendChosen(page)
  await delivered(page)
  await expect(tiles(lastBubble(page))).toHaveCount(1)
  await expect(pane.getByTestId('message')).toHaveCount(3)
})

test('saves a document byte for byte, and leaves a photo that is sent as a file unchanged', async ({ open }) => {
  const [first, second] = await Promise.all([open(ann, `/c/${chat}`), open(bob, `/c/${chat}`)])
  const bytes = await phonePhoto(1200, 800)
  await choose(first, [{ name: 'original.jpg', mimeType: 'image/jpeg', buffer: bytes }])
  await first.getByRole('switch', { name: 'Send as files' }).check()
  await sendChosen(first)
  await delivered(first)
  const card = lastBubble(second).getByTestId('file-card')
  await expect(card).toContainText('original.jpg')
  const [download] = await Promise.all([second.waitForEvent('download'), card.click()])
  expect(download.suggestedFilename()).toBe('original.jpg')
  expect(hashOf(await bytesOf(download))).toBe(hashOf(bytes))

  // Shared as a photo it tells nothing of where it was taken.
  await choose(first, [{ name: 'shared.jpg', mimeType: 'image/jpeg', buffer: bytes }])
  await sendChosen(first)
  await delivered(first)
  const id = await tiles(lastBubble(second)).getAttribute('data-file')
  const shared = await read(bob, `/api/files/${id}`)
  expect(shared.status).toBe(200)
  expect(shared.bytes.includes('Secret Person')).toBe(false)
})

test('describes a message without text in lists and replies, and shows nothing of a deleted one', async ({ open }) => {
  const [first, second] = await Promise.all([open(ann, `/c/${chat}`), open(bob)])
  await choose(first, [await photo('a.jpg'), await photo('b.jpg'), await photo('c.jpg')])
  await sendChosen(first)
  await delivered(first)
  await expect(item(second, 'Ann')).toContainText('3 photos')
  await choose(first, [textFile('plan.txt', 'the plan')], 'file-input')
  await sendChosen(first)
  await delivered(first)
  await expect(item(second, 'Ann')).toContainText('Document: plan.txt')

  await openChat(second, 'Ann')
  const pictures = second.getByTestId('message').filter({ has: second.getByTestId('file-mosaic') })
  await pictures.hover()
  await pictures.getByTestId('message-menu').click()
  await second.getByTestId('message-reply').click()
  await expect(second.getByTestId('composer-about')).toContainText('3 photos')
  await say(second, 'Lovely')
  await sent(second, 'Lovely')
  await expect(messages(first, 'Lovely').getByTestId('message-quote')).toContainText('3 photos')
  await second.reload()
  await expect(messages(second, 'Lovely').getByTestId('message-quote')).toContainText('3 photos')

  const fileId = await tiles(pictures).first().getAttribute('data-file')
  const own = first.getByTestId('message').filter({ has: first.getByTestId('file-mosaic') })
  await own.hover()
  await own.getByTestId('message-menu').click()
  await first.getByTestId('message-delete').click()
  await sendDeletion(first)
  await expect(second.getByTestId('file-mosaic')).toHaveCount(0)
  await expect(messages(second, 'Lovely').getByTestId('message-quote')).toContainText('Message deleted')
  expect((await read(bob, `/api/files/${fileId}`)).status).toBe(404)
})

test('lets members send what they have the right to, and takes the files away with the membership', async ({
  open,
  problems,
}) => {
  const group = await TestGroup.make(ann, [bob], 'Crew')
  await ok(group.change(ann, { permissions: { sendImage: 'admin' } }))
  const [first, second] = await Promise.all([open(ann, `/c/${group.id}`), open(bob, `/c/${group.id}`)])
  await choose(second, [await photo('mine.jpg')])
  await expect(staged(second)).toContainText('You can’t send pictures here')
  await expect(second.getByTestId('send-files')).toBeDisabled()
  await second.getByRole('switch', { name: 'Send as files' }).check()
  await expect(staged(second)).not.toContainText('You can’t')
  await second.keyboard.press('Escape')

  // Where one may not write, pictures may still be welcome; they go without words.
  await ok(group.change(ann, { permissions: { sendImage: 'member', sendText: 'admin' } }))
  await expect(second.getByTestId('composer-blocked')).toBeVisible()
  await choose(second, [await photo('mine.jpg')])
  await expect(second.getByTestId('caption')).toHaveCount(0)
  await sendChosen(second)
  await delivered(second)

  await choose(first, [await photo('ours.jpg')])
  await sendChosen(first)
  await delivered(first)
  const id = await tiles(lastBubble(second)).getAttribute('data-file')
  expect((await read(bob, `/api/files/${id}`)).status).toBe(200)
  problems.expect(/status of 404/, /status of 403/)
  await ok(group.remove(ann, bob))
  expect([403, 404]).toContain((await read(bob, `/api/files/${id}`)).status)
  await expect(second.getByTestId('file-tile')).toHaveCount(0)
  expect((await read(ann, `/api/files/${id}`)).status).toBe(200)
})
