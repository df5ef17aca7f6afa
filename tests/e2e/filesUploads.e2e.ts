import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open as openFile, rm } from 'node:fs/promises'
import { hashOf, MiB, read } from '../support/files/uploads'
import { register, type Person } from '../support/person'
import { connected, messages } from './support/chat'
import { choose, delivered, holdParts, lastBubble, photo, progress, sendChosen, textFile, tiles } from './support/files'
import { ownServer } from './support/ownServer'
import { expect, test, UNREACHABLE } from './support/test'

const server = ownServer({ UPLOAD_QUOTA_GIB: '0.5' })
let ann: Person
let bob: Person
let chat: string

test.beforeEach(async () => {
  ;[ann, bob] = await Promise.all([register(server.url, 'Ann'), register(server.url, 'Bob')])
  chat = (await ann.chatWith(bob)).id
  await bob.send(chat, 'hello')
})

const film = (size: number) => ({ name: 'film.bin', mimeType: 'application/octet-stream', buffer: randomBytes(size) })
const newest = async (person: Person) =>
  (await person.get(`/api/conversations/${chat}/messages?limit=1`)).body.messages[0]

test('shows the progress of an upload, pauses it, continues it, and delivers it complete', async ({ open }) => {
  const page = await open(ann, `/c/${chat}`)
  await connected(page)
  const parts = await holdParts(page, 1)
  const file = film(24 * MiB)
  await choose(page, [file], 'file-input')
  await sendChosen(page)
  // One of its three parts has arrived.
  const ring = lastBubble(page).getByRole('progressbar')
  await expect(ring).toHaveAttribute('aria-valuenow', '33')
  await expect(progress(page)).toContainText('8.4 of 25.2 MB')
  await lastBubble(page).getByTestId('upload-pause').click()
  await expect(progress(page)).toContainText('Paused')
  parts.letThrough()
  await expect(lastBubble(page).getByTestId('upload-resume')).toBeVisible()
  await expect(lastBubble(page)).not.toHaveAttribute('data-state', 'sent')
  await lastBubble(page).getByTestId('upload-resume').click()
  await delivered(page)
  const { attachments } = await newest(bob)
  expect(hashOf((await read(bob, attachments[0].url)).bytes)).toBe(hashOf(file.buffer))
})

test('cancels one of several files and sends the others; without files there is no message', async ({ open }) => {
  const page = await open(ann, `/c/${chat}`)
  await connected(page)
  const parts = await holdParts(page)
  await choose(page, [await photo('one.jpg'), await photo('two.jpg'), await photo('three.jpg')])
  await sendChosen(page)
  await expect(tiles(lastBubble(page))).toHaveCount(3)
  await lastBubble(page).getByRole('button', { name: 'Cancel sending two.jpg' }).click()
  await expect(tiles(lastBubble(page))).toHaveCount(2)
  parts.letThrough()
  await delivered(page)
  expect((await newest(bob)).attachments.map(({ name }: { name: string }) => name)).toEqual(['one.jpg', 'three.jpg'])

  const more = await holdParts(page)
  await choose(page, [textFile('no.txt', 'not after all')], 'file-input')
  await sendChosen(page)
  await expect(messages(page)).toHaveCount(3)
  await lastBubble(page).getByTestId('upload-cancel').click()
  await expect(messages(page)).toHaveCount(2)
  more.letThrough()
})

test('sends again only the parts that were under way when an upload is reloaded', async ({ open }) => {
  const page = await open(ann, `/c/${chat}`)
  await connected(page)
  const parts = await holdParts(page, 1)
  const file = film(24 * MiB)
  await choose(page, [file], 'file-input')
  await sendChosen(page, 'The film')
  await expect(lastBubble(page).getByRole('progressbar')).toHaveAttribute('aria-valuenow', '33')
  await expect.poll(parts.count).toBe(2)
  let sentAgain = 0
  page.on('request', (request) => (sentAgain += Number(request.url().includes('/api/storage/'))))
  await page.reload()
  await expect(messages(page, 'The film')).toBeVisible()
  parts.letThrough()
  await delivered(page)
  expect(sentAgain).toBe(2)
  const { attachments } = await newest(bob)
  expect(hashOf((await read(bob, attachments[0].url)).bytes)).toBe(hashOf(file.buffer))
})

test('pauses an upload without a network, and continues it by itself', async ({ open, problems }) => {
  problems.expect(...UNREACHABLE)
  const page = await open(ann, `/c/${chat}`)
  await connected(page)
  const parts = await holdParts(page, 1)
  const file = film(24 * MiB)
  await choose(page, [file], 'file-input')
  await sendChosen(page)
  await expect(lastBubble(page).getByRole('progressbar')).toHaveAttribute('aria-valuenow', '33')
  await page.context().setOffline(true)
  parts.cutAll()
  await expect(progress(page)).toContainText('Waiting')
  await page.context().setOffline(false)
  await delivered(page)
  const { attachments } = await newest(bob)
  expect(hashOf((await read(bob, attachments[0].url)).bytes)).toBe(hashOf(file.buffer))
})

test('delivers 300 MB byte for byte over a cut connection and a reload', async ({ open, problems }, info) => {
  test.setTimeout(240_000)
  problems.expect(...UNREACHABLE)
  const path = info.outputPath('large.bin')
  const hash = await largeFile(path, 300)
  const page = await open(ann, `/c/${chat}`)
  await connected(page)
  const parts = await holdParts(page, 12)
  await choose(page, path, 'file-input')
  await sendChosen(page)
  await expect.poll(parts.count).toBe(3)
  parts.cutAll()
  const again = await holdParts(page, 12)
  await expect.poll(again.count, { timeout: 60_000 }).toBe(3)
  await page.unrouteAll({ behavior: 'ignoreErrors' })
  again.cutAll()
  await page.reload()
  // The browser keeps no file of this size: it is asked for again, and only the same one is taken.
  await expect(progress(page)).toContainText('Choose the file again')
  await lastBubble(page)
    .getByTestId('upload-again')
    .setInputFiles([textFile('large.bin', 'another one')])
  await expect(page.getByTestId('toast')).toContainText('This isn’t the same “large.bin” as before')
  await lastBubble(page).getByTestId('upload-again').setInputFiles(path)
  await expect(lastBubble(page)).toHaveAttribute('data-state', 'sent', { timeout: 120_000 })
  const { attachments } = await newest(bob)
  expect(attachments[0].size).toBe(300 * MiB)
  expect(hashOf((await read(bob, attachments[0].url)).bytes)).toBe(hash)
  await rm(path)
})

test('says that an upload is over the quota, and lets it be discarded', async ({ open, problems }, info) => {
  test.setTimeout(120_000)
  problems.expect(/status of 413/)
  const path = info.outputPath('too-much.bin')
  const file = await openFile(path, 'w')
  await file.truncate(600 * MiB)
  await file.close()
  const page = await open(ann, `/c/${chat}`)
  await connected(page)
  await choose(page, path, 'file-input')
  await sendChosen(page)
  await expect(progress(page)).toContainText('Your storage here is full')
  await expect(lastBubble(page)).toHaveAttribute('data-state', 'failed')
  await lastBubble(page).getByTestId('message-discard').click()
  await expect(messages(page)).toHaveCount(1)
  await rm(path)
})

/** Random bytes in a file. @returns their SHA-256 */
async function largeFile(path: string, mebibytes: number): Promise<string> {
  const file = await openFile(path, 'w')
  const block = randomBytes(MiB)
  for (let written = 0; written < mebibytes; written++) {
    block.writeUInt32LE(written)
    await file.write(block)
  }
  await file.close()
  const hash = createHash('sha256')
  for await (const piece of createReadStream(path)) hash.update(piece)
  return hash.digest('hex')
}
