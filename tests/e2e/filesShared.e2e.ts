import { picture } from '../support/files/pictures'
import { sentFile, uploaded, sendFiles } from '../support/files/uploads'
import { TestGroup } from '../support/groups/group'
import { register, type Person } from '../support/person'
import { item, messages } from './support/chat'
import { choose, delivered, lightbox, photo, sendChosen, tiles } from './support/files'
import { notices, panel, toast } from './support/group'
import { ownServer } from './support/ownServer'
import { expect, test } from './support/test'

const server = ownServer()
let ann: Person
let bob: Person

test.beforeEach(async () => {
  ;[ann, bob] = await Promise.all([register(server.url, 'Ann'), register(server.url, 'Bob')])
})

test('lists shared items by kind, page by page, as they come and go', async ({ open }) => {
  const { id } = await ann.chatWith(bob)
  const page = await open(ann, `/c/${id}`)
  await page.getByTestId('open-group-panel').click()
  await expect(page.getByTestId('person-home')).toContainText('Bob')
  await panel(page).getByTestId('nav-shared').click()
  await expect(panel(page)).toContainText('No photos or videos yet')
  await panel(page).getByTestId('shared-files').click()
  await expect(panel(page)).toContainText('No files yet')
  await panel(page).getByTestId('shared-links').click()
  await expect(panel(page)).toContainText('No links yet')

  const bytes = await picture('png', 40, 30)
  await sentFile(bob, id, Buffer.from('words'), { name: 'words.txt', mime: 'text/plain' })
  await bob.send(id, 'see https://example.com/one and https://example.com/two')
  const uploads = await Promise.all(
    ['first.png', 'second.png'].map((name) =>
      uploaded(bob, bytes, { conversationId: id, name, mime: 'image/png', kind: 'image' }),
    ),
  )
  await sendFiles(
    bob,
    id,
    uploads.map((upload) => upload.id),
  )
  await expect(panel(page).getByTestId('shared-link')).toHaveCount(2)
  await expect(panel(page).getByTestId('shared-link').first()).toHaveAttribute('href', 'https://example.com/one')
  await panel(page).getByTestId('shared-files').click()
  await expect(panel(page).getByTestId('file-card')).toContainText('words.txt')
  await panel(page).getByTestId('shared-media').click()
  await expect(tiles(panel(page))).toHaveCount(2)

  // Newest first: what lies before one is older, here and in the lightbox.
  await tiles(panel(page)).first().click()
  await expect(page.getByTestId('lightbox-photo')).toHaveAttribute('alt', 'second.png')
  await page.keyboard.press('ArrowLeft')
  await expect(page.getByTestId('lightbox-photo')).toHaveAttribute('alt', 'first.png')
  const { body } = await bob.get(`/api/conversations/${id}/messages?limit=1`)
  await bob.request('DELETE', `/api/conversations/${id}/messages/${body.messages[0].id}`)
  await expect(lightbox(page)).toBeHidden()
  await expect(panel(page)).toContainText('No photos or videos yet')
})

test('loads more pictures on scrolling', async ({ open }) => {
  const { id } = await ann.chatWith(bob)
  const bytes = await picture('jpeg', 40, 30)
  for (let number = 0; number < 60; number++) {
    const name = `${number}.jpg`
    await sentFile(ann, id, bytes, { name, mime: 'image/jpeg', kind: 'image' })
  }
  const page = await open(bob, `/c/${id}`)
  await page.getByTestId('open-group-panel').click()
  await panel(page).getByTestId('nav-shared').click()
  await expect(tiles(panel(page)).first()).toBeVisible()
  await panel(page)
    .getByTestId('shared-list')
    .evaluate((list) => list.scrollTo({ top: list.scrollHeight }))
  await expect(tiles(panel(page))).toHaveCount(60)
})

test('lets a person choose a picture, crop it with the keyboard, and appear with it', async ({ open }) => {
  const { id } = await ann.chatWith(bob)
  await ann.send(id, 'hello')
  const page = await open(ann, '/settings')
  await page.getByTestId('avatar-input').setInputFiles([await photo('me.jpg', 900, 600)])
  const stage = page.getByTestId('avatar-stage')
  await expect(stage.locator('img')).toBeVisible()
  await stage.focus()
  const place = () => stage.locator('img').evaluate((image) => image.getBoundingClientRect().x)
  const before = await place()
  await page.keyboard.press('ArrowRight')
  await expect.poll(place).toBeLessThan(before)
  await page.keyboard.press('+')
  await expect(stage).toHaveAttribute('data-zoom', '1.10')
  await page.getByTestId('avatar-zoom').fill('2')
  await expect(stage).toHaveAttribute('data-zoom', '2.00')
  const box = (await stage.boundingBox())!
  const dragged = await place()
  await page.mouse.move(box.x + 100, box.y + 100)
  await page.mouse.down()
  await page.mouse.move(box.x + 140, box.y + 100)
  await page.mouse.up()
  await expect.poll(place).toBeCloseTo(dragged + 40, 0)
  await page.getByTestId('avatar-save').click()
  await expect(page.getByTestId('avatar-crop')).toBeHidden()
  const shown = page.getByTestId('avatar-editor').locator('img')
  await expect(shown).toBeVisible()
  expect(
    await shown.evaluate(
      (image) => (image as HTMLImageElement).naturalWidth === (image as HTMLImageElement).naturalHeight,
    ),
  ).toBe(true)

  const second = await open(bob)
  // One that is removed while it is still loading is not found, which the browser calls an error.
  const loaded = () =>
    item(second, 'Ann')
      .locator('img')
      .evaluate((image) => (image as HTMLImageElement).naturalWidth)
  await expect.poll(loaded).toBeGreaterThan(0)
  await page.getByTestId('avatar-remove').click()
  await expect(shown).toHaveCount(0)
  await expect(page.getByTestId('avatar-change')).toBeFocused()

  await page
    .getByTestId('avatar-input')
    .setInputFiles([{ name: 'no.jpg', mimeType: 'image/jpeg', buffer: Buffer.from('not a picture') }])
  await expect(toast(page, 'We can’t read this picture')).toBeVisible()
})

test('lets members with the right change the picture of a group', async ({ open }) => {
  const group = await TestGroup.make(ann, [bob], 'Crew')
  const [first, second] = await Promise.all([open(ann, `/c/${group.id}`), open(bob, `/c/${group.id}`)])
  await first.getByTestId('open-group-panel').click()
  await first.getByTestId('group-edit').click()
  await first.getByTestId('avatar-input').setInputFiles([await photo('crew.jpg', 300, 500)])
  await first.getByTestId('avatar-save').click()
  await expect(first.getByTestId('avatar-editor').locator('img')).toBeVisible()
  await expect(item(second, 'Crew').locator('img')).toBeVisible()
  await expect(notices(second, 'Ann changed the picture')).toBeVisible()
  await second.getByTestId('open-group-panel').click()
  await expect(panel(second).getByTestId('group-edit')).toHaveCount(0)
  await choose(second, [await photo('hello.jpg')])
  await sendChosen(second, 'hello')
  await delivered(second)
  await expect(messages(first, 'hello')).toBeVisible()
})
