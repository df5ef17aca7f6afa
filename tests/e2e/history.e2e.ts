import { newClientId, PASSWORD, register, type Person } from '../support/person'
import { item, messages, openChat, say, sent, unreadLine } from './support/chat'
import { atRest, drawn, fill, holdOlder, placeWhile, visible } from './support/longHistory'
import { ownServer } from './support/ownServer'
import { expect, test } from './support/test'

const COUNT = 5_000
const READ = 4_900

const server = ownServer()
let ann: Person
let bob: Person
let chat: string

test.beforeAll(async () => {
  ;[ann, bob] = await Promise.all([register(server.url, 'Ann'), register(server.url, 'Bob')])
  chat = (await ann.chatWith(bob)).id
  await fill(bob, chat, COUNT)
  await ann.request('PUT', `/api/conversations/${chat}/read`, { seq: READ })
})

const unread = async () => (await ann.get(`/api/conversations/${chat}`)).body.conversation.me.unread as number

test('opens at the first unread message, marks messages as read on the way down, and scrolls up to the first', async ({
  open,
}) => {
  test.setTimeout(150_000)
  const page = await open(ann)
  await expect(item(page, 'Bob')).toContainText(`${COUNT - READ} unread messages`)
  const older = await holdOlder(page)
  await openChat(page, 'Bob')
  const list = page.getByTestId('message-list')
  await expect(list).toHaveAttribute('aria-busy', 'false')
  await expect(unreadLine(page)).toBeInViewport()
  await expect(messages(page).first()).toBeVisible()
  expect((await visible(page)).filter((seq) => seq > READ)[0]).toBe(READ + 1)
  const box = (await list.boundingBox())!
  expect((await unreadLine(page).boundingBox())!.y - box.y).toBeLessThan(40)
  expect(await drawn(page).then(({ length }) => length)).toBeLessThan(100)
  await expect(page.getByTestId('jump-to-newest')).toHaveAccessibleName(/newest message, \d+ unread/)

  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  const twoFrames = () =>
    page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
  let rows = await drawn(page)
  let most = rows.length
  // More than the list keeps in memory, so that the other end is cut meanwhile.
  for (let pages = 0; pages < 25; pages++) {
    while (!older.isAsked()) {
      await page.mouse.wheel(0, -1_500)
      await twoFrames()
    }
    await twoFrames()
    const { end, worst } = await placeWhile(page, (await visible(page)).at(-1)!, async () => {
      const answer = page.waitForResponse(/\/messages\?.*before=/)
      older.letOneThrough()
      await (await answer).finished()
    })
    expect([end < 2, worst < 2], `page ${pages}: off by ${end} px, at worst by ${worst} px`).toEqual([true, true])
    rows = await drawn(page)
    most = Math.max(most, rows.length)
    expect(rows).toEqual(rows.map((_, index) => rows[0]! + index))
  }
  older.letAllThrough()
  while (rows[0] !== 1) {
    await page.mouse.wheel(0, -4_000)
    await twoFrames()
    rows = await drawn(page)
    most = Math.max(most, rows.length)
    expect(rows).toEqual(rows.map((_, index) => rows[0]! + index))
  }
  await page.mouse.wheel(0, -4_000)
  await expect(messages(page, /^1\b/)).toBeInViewport()
  await expect(list.getByText('Today')).toBeInViewport()
  expect(most).toBeLessThan(100)

  // Far above, what arrives is counted and does not move anything.
  const before = await unread()
  await bob.send(chat, 'news one')
  await bob.send(chat, 'news two')
  const jump = page.getByTestId('jump-to-newest')
  await expect(jump).toHaveAccessibleName(`Go to the newest message, ${before + 2} unread`)
  expect((await visible(page))[0]).toBe(1)
  await jump.click()
  await expect(messages(page, 'news two')).toBeInViewport()
  await expect(jump).toBeHidden()
  await expect(item(page, 'Bob')).not.toContainText('unread')
  await expect.poll(unread).toBe(0)
  await expect(messages(page, 'news two')).toBeInViewport()
})

test('scrolls to the newest message on sending, and stays in place when messages arrive below', async ({ open }) => {
  const { seq } = await bob.send(chat, 'the newest so far')
  await ann.request('PUT', `/api/conversations/${chat}/read`, { seq })
  const page = await open(ann, `/c/${chat}`)
  const list = page.getByTestId('message-list')
  await expect(list).toHaveAttribute('aria-busy', 'false')
  await expect(messages(page, 'the newest so far')).toBeInViewport()
  await expect(unreadLine(page)).toHaveCount(0)
  const box = (await list.boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await page.mouse.wheel(0, -1_200)
  await expect(page.getByTestId('jump-to-newest')).toBeVisible()
  await atRest(page)
  const [first] = await visible(page)
  await bob.send(chat, 'while you read')
  await expect(page.getByTestId('jump-to-newest')).toHaveAccessibleName('Go to the newest message, 1 unread')
  expect((await visible(page))[0]).toBe(first)
  await say(page, 'my answer')
  await sent(page, 'my answer')
  await expect(messages(page, 'my answer')).toBeInViewport()
  await expect(page.getByTestId('jump-to-newest')).toBeHidden()
  // At the end, what arrives pulls the list along.
  await bob.send(chat, 'and the last word')
  await expect(messages(page, 'and the last word')).toBeInViewport()
  await expect.poll(unread).toBe(0)
})

test('stays where a person scrolls right after opening', async ({ open }) => {
  const { seq } = await bob.send(chat, 'the end of it')
  await ann.request('PUT', `/api/conversations/${chat}/read`, { seq })
  const page = await open(ann, `/c/${chat}`)
  const list = page.getByTestId('message-list')
  await expect(list).toHaveAttribute('aria-busy', 'false')
  await list.hover()
  await page.mouse.wheel(0, -1_200)
  await atRest(page)
  await expect(page.getByTestId('jump-to-newest')).toBeVisible()
  expect(await visible(page)).not.toContain(seq)
})

test('opens a link to a message in its surroundings, and scrolls on from there', async ({ open, problems }) => {
  const page = await open(ann, `/c/${chat}?m=17`)
  const linked = page.locator('[data-testid="message"][data-seq="17"]')
  await expect(linked).toBeInViewport()
  await expect(page).toHaveURL(`${server.url}/c/${chat}`)
  await atRest(page)
  await expect(linked).toBeInViewport()
  await page.getByTestId('jump-to-newest').click()
  await expect(page.locator(`[data-testid="message"][data-seq="${COUNT}"]`)).toBeInViewport()

  // A reply to one of the first messages leads there in one step.
  const first = (await bob.get(`/api/conversations/${chat}/messages?after=2&limit=1`)).body.messages[0]
  const reply = { clientId: newClientId(), text: 'do you remember?', replyToId: first.id }
  await bob.post(`/api/conversations/${chat}/messages`, reply)
  await messages(page, 'do you remember?').getByTestId('message-quote').click()
  await expect(page.locator('[data-testid="message"][data-seq="3"]')).toBeInViewport()

  // A message that does not exist leaves the reader at the first unread one.
  await bob.send(chat, 'not read yet')
  const astray = await open(ann, `/c/${chat}?m=99999`)
  await expect(astray.getByTestId('toast')).toContainText('can’t be shown')
  await expect(unreadLine(astray)).toBeInViewport()

  problems.expect(/status of 404/)
  const eve = await register(server.url, 'Eve')
  const outside = await open(eve, `/c/${chat}?m=17`)
  await expect(outside.getByText('This chat isn’t available')).toBeVisible()
})

test('copies the link of a message, which asks for sign-in first', async ({ open, problems }) => {
  const page = await open(ann, `/c/${chat}?m=4200`)
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  const linked = page.locator('[data-testid="message"][data-seq="4200"]')
  await expect(linked).toBeInViewport()
  await atRest(page)
  await linked.hover()
  await linked.getByTestId('message-menu').click()
  await page.getByTestId('message-copy-link').click()
  const link = await page.evaluate(() => navigator.clipboard.readText())
  expect(link).toBe(`${server.url}/c/${chat}?m=4200`)

  problems.expect(/status of 401/)
  const visitor = await open(server.url, link)
  await expect(visitor).toHaveURL(/\/login\?next=/)
  await visitor.getByLabel('Email or username').fill(ann.user.username)
  await visitor.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await visitor.getByRole('button', { name: 'Sign in' }).click()
  await expect(visitor.locator('[data-testid="message"][data-seq="4200"]')).toBeInViewport()
})
