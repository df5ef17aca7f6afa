import type { Locator, Page } from '@playwright/test'
import { ok, people, TestGroup } from '../support/groups/group'
import { register, type Person } from '../support/person'
import { composer, item, messages, openChat, say, sent, unreadLine } from './support/chat'
import { header, memberRow, notices, openMenu, openPanel } from './support/group'
import { ownServer } from './support/ownServer'
import { expect, test, UNREACHABLE } from './support/test'

const server = ownServer()
const DAY_MS = 86_400_000

async function pair() {
  const [ann, bob] = await people(server.url, 'Ann', 'Bob')
  return { ann, bob, chat: (await ann.chatWith(bob)).id }
}

/** A page of somebody whose clock is wrong; `page.evaluate` may move it further by `clockShift`. */
async function withClock(page: Page, shift: number, path: string): Promise<void> {
  await page.addInitScript((initial) => {
    const Real = Date
    const world = globalThis as unknown as { clockShift: number; Date: DateConstructor }
    world.clockShift = initial
    class Shifted extends Real {
      constructor(...given: unknown[]) {
        super(...((given.length > 0 ? given : [Real.now() + world.clockShift]) as []))
      }
      static override now = () => Real.now() + world.clockShift
    }
    world.Date = Shifted as DateConstructor
  }, shift)
  await page.goto(path)
}

const focus = (page: Page) => page.evaluate(() => window.dispatchEvent(new Event('focus')))

/** Where the words in an element begin and end on the screen. */
const wordsOf = (locator: Locator) =>
  locator.evaluate((element) => {
    const range = document.createRange()
    range.selectNodeContents(element)
    const { left, right } = range.getBoundingClientRect()
    return { left, right }
  })

test('folds a very long message, unfolds it in place, and leaves it searchable', async ({ open }) => {
  const { ann, bob, chat } = await pair()
  for (let count = 0; count < 5; count++) await bob.send(chat, `before ${count}`)
  await bob.send(
    chat,
    Array.from({ length: 1_300 }, (_, line) => (line === 700 ? 'https://example.com/needle' : `l${line}`)).join('\n'),
  )
  await bob.send(chat, 'word '.repeat(1_500))
  await bob.send(chat, 'the end')
  await ok(ann.request('PUT', `/api/conversations/${chat}/read`, { seq: 8 }))
  const page = await open(ann, `/c/${chat}`)
  const lines = page.getByTestId('message').filter({ hasText: 'needle' })
  const more = lines.getByTestId('message-fold')
  await expect(page.getByTestId('message-fold')).toHaveCount(2)
  for (const folded of [lines, page.getByTestId('message').filter({ hasText: 'word word' })]) {
    expect((await folded.boundingBox())!.height).toBeLessThan(620)
  }

  await more.scrollIntoViewIfNeeded()
  // Told by the click itself, here and below: the list may still be settling after it was scrolled.
  const before = await more.evaluate((button: HTMLElement) => {
    const { y } = button.closest('[data-testid="message"]')!.getBoundingClientRect()
    button.click()
    return Math.round(y)
  })
  await expect(more).toHaveAttribute('aria-expanded', 'true')
  await expect.poll(async () => (await lines.boundingBox())!.height).toBeGreaterThan(10_000)
  await expect.poll(async () => Math.abs((await lines.boundingBox())!.y - before)).toBeLessThanOrEqual(2)

  await page.getByTestId('message-list').hover()
  await page.mouse.wheel(0, 100_000)
  await expect(messages(page, 'the end')).toBeInViewport()
  await expect(more).toBeInViewport({ ratio: 1 })
  const place = async () => Math.round((await more.boundingBox())!.y)
  const stood = await more.evaluate((button: HTMLElement) => {
    const { y } = button.getBoundingClientRect()
    button.click()
    return Math.round(y)
  })
  await expect(more).toHaveText('Show more')
  await expect.poll(async () => (await lines.boundingBox())!.height).toBeLessThan(620)
  await expect.poll(async () => Math.abs((await place()) - stood)).toBeLessThanOrEqual(2)

  // The focus brings a link into view as the browser's search brings what it finds: by scrolling all that is around it.
  const link = lines.getByRole('link')
  await link.focus()
  await expect(more).toHaveAttribute('aria-expanded', 'true')
  await expect(link).toBeInViewport({ ratio: 1 })
})

test('keeps names that are written from right to left in their places', async ({ open }) => {
  const [ann, bob, maryam] = await people(server.url, 'Ann', 'Bob', 'مريم (2) Smith')
  const group = await TestGroup.make(ann, [bob, maryam], 'مجموعة الأصدقاء')
  const other = await TestGroup.make(ann, [bob], 'Plain letters')
  await ok(group.post(maryam, 'words that are long enough to make a bubble wide'))
  await ok(group.post(maryam, 'שלום לכולם, זה טקסט ארוך שנכתב מימין לשמאל'))
  await ok(group.change(ann, { description: 'About' }))
  const page = await open(ann, `/c/${group.id}`)
  const title = header(page).getByTestId('open-group-panel')
  const avatar = (await header(page).locator('span[aria-hidden=true]').first().boundingBox())!
  expect((await wordsOf(title)).left - (avatar.x + avatar.width)).toBeLessThan(24)

  const nameOf = (within: Locator) => within.locator('bdi, [dir=auto]').first()
  const items = page.getByTestId('conversation-item')
  const [first, second] = [await wordsOf(nameOf(items.nth(0))), await wordsOf(nameOf(items.nth(1)))]
  expect(Math.abs(first.left - second.left)).toBeLessThan(2)

  for (const text of [/^words that/, /^שלום/]) {
    const bubble = messages(page, text)
    await expect(bubble).toBeVisible()
  }
  const bubble = messages(page, /^words that/).locator('[data-message-id]')
  const sender = await wordsOf(bubble.locator('bdi').first())
  const box = (await bubble.boundingBox())!
  expect(sender.left - box.x).toBeGreaterThanOrEqual(0)
  expect(sender.left - box.x).toBeLessThan(24)

  // A sentence of the page's language goes its own way, whoever is named first.
  await ok(group.add(ann, await register(server.url, 'دان')))
  const notice = notices(page, 'added')
  expect(await notice.evaluate((element) => getComputedStyle(element.firstElementChild!).direction)).toBe('ltr')
  await openPanel(page)
  const rows = [memberRow(page, maryam), memberRow(page, bob)].map(nameOf)
  expect(Math.abs((await wordsOf(rows[0]!)).left - (await wordsOf(rows[1]!)).left)).toBeLessThan(2)
  await page.getByTestId('new-chat').click()
  const lefts: number[] = []
  for (const { user } of [maryam, bob]) {
    await page.getByTestId('people-search').fill(user.username)
    const found = page.getByTestId('person').filter({ hasText: user.username })
    await expect(page.getByTestId('person')).toHaveCount(1)
    lefts.push((await wordsOf(nameOf(found))).left)
  }
  expect(Math.abs(lefts[0]! - lefts[1]!)).toBeLessThan(2)
  expect(other.id).toBeTruthy()
})

test('draws messages of emoji alone large and without a bubble, with their time and state', async ({ open }) => {
  const { ann, bob, chat } = await pair()
  const alone = ['👍', '🇻🇳🇯🇵', '1️⃣', '👨‍👩‍👧‍👦', '❤️ 🎉']
  const words = ['©', '™', '12', 'ok 👍']
  for (const text of [...alone, ...words]) await ann.send(chat, text)
  const page = await open(bob, `/c/${chat}`)
  await expect(messages(page)).toHaveCount(9)
  const looks = await page.getByTestId('message').evaluateAll((all) =>
    all.map((message) => {
      const bubble = message.querySelector('[data-message-id]')!
      const text = message.querySelector('[data-testid=message-text]')!
      const isLarge = Number.parseFloat(getComputedStyle(text).fontSize) >= 32
      const isBare =
        getComputedStyle(bubble).backgroundColor === 'rgba(0, 0, 0, 0)' && getComputedStyle(bubble).boxShadow === 'none'
      return [text.textContent, isLarge, isBare, message.querySelector('time') !== null]
    }),
  )
  expect(looks).toEqual([
    ...alone.map((text) => [text, true, true, true]),
    ...words.map((text) => [text, false, false, true]),
  ])

  await openMenu(page, '👍')
  await page.getByTestId('message-reply').click()
  await say(page, '🎉')
  await sent(page, '🎉')
  await expect(messages(page, '🎉').getByTestId('message-quote')).toContainText('👍')
  await composer(page).press('ArrowUp')
  await composer(page).fill('🥳')
  await composer(page).press('Enter')
  await expect(messages(page, '🥳').getByTestId('message-edited')).toBeVisible()
})

test('counts neither deleted messages nor system messages as unread, in any tab', async ({ open }) => {
  const { ann, bob, chat } = await pair()
  await bob.send(chat, 'first')
  const second = await bob.send(chat, 'second')
  const page = await open(ann)
  const other = await page.context().newPage()
  await other.goto('/settings')
  for (const tab of [page, other]) await expect(item(tab, 'Bob')).toContainText('2 unread messages')
  await ok(bob.request('DELETE', `/api/conversations/${chat}/messages/${second.id}`))
  for (const tab of [page, other]) {
    await expect(item(tab, 'Bob')).toContainText('1 unread message')
    await expect(tab).toHaveTitle(/^\(1\) /)
  }
  const group = await TestGroup.make(bob, [ann], 'Notices')
  await ok(group.change(bob, { name: 'Only notices' }))
  for (const tab of [page, other]) {
    await expect(item(tab, 'Only notices')).toContainText('name')
    await expect(item(tab, 'Only notices')).not.toContainText('unread')
    await expect(tab).toHaveTitle(/^\(1\) /)
  }
  await openChat(page, 'Only notices')
  await expect(notices(page)).toHaveCount(2)
  await expect(unreadLine(page)).toHaveCount(0)
})

test('shows one line for today with a clock that is a day off', async ({ open, problems }) => {
  problems.expect(...UNREACHABLE)
  const { ann, bob, chat } = await pair()
  const lines = (page: Page) => page.getByTestId('message-list')
  await bob.send(chat, 'said now')
  for (const shift of [DAY_MS, -DAY_MS]) {
    const page = await open(ann, '/login')
    await withClock(page, shift, `/c/${chat}`)
    await expect(messages(page, 'said now')).toBeVisible()
    await expect(lines(page).getByText('Today', { exact: true })).toHaveCount(1)
    await expect(item(page, 'Bob').locator('time')).toHaveText(/^\d\d:\d\d$/)
    await page.context().setOffline(true)
    await say(page, 'written offline')
    await expect(messages(page, 'written offline')).toBeVisible()
    await expect(lines(page).getByText('Today', { exact: true })).toHaveCount(1)
    await expect(lines(page).getByText(/^(Yesterday|Tomorrow)$/)).toHaveCount(0)
    // Midnight passes.
    await page.evaluate(
      (day) =>
        Object.assign(globalThis, { clockShift: (globalThis as unknown as { clockShift: number }).clockShift + day }),
      DAY_MS,
    )
    await focus(page)
    await expect(lines(page).getByText('Yesterday', { exact: true })).toHaveCount(1)
    await page.context().close()
  }
})

test('writes times in the reader’s region, and follows a change of the time zone', async ({ open }) => {
  const { ann, bob, chat } = await pair()
  await bob.send(chat, 'when?')
  const looks: [locale: string, clock: RegExp][] = [
    ['en-US', /^\d?\d:\d\d\s[AP]M$/],
    ['en-GB', /^\d\d:\d\d$/],
    ['vi-VN', /^\d\d:\d\d$/],
  ]
  for (const [locale, clock] of looks) {
    const page = await open(ann, `/c/${chat}`, { locale })
    await expect(messages(page, 'when?').locator('time')).toHaveText(clock)
    await expect(item(page, 'Bob').locator('time')).toHaveText(clock)
    if (locale === 'en-GB') {
      const before = await messages(page, 'when?').locator('time').innerText()
      const session = await page.context().newCDPSession(page)
      await session.send('Emulation.setTimezoneOverride', { timezoneId: 'Asia/Kathmandu' })
      await focus(page)
      const [hours, minutes] = before.split(':').map(Number)
      const later = (hours! * 60 + minutes! + 345) % 1_440
      const shown = `${String(Math.floor(later / 60)).padStart(2, '0')}:${String(later % 60).padStart(2, '0')}`
      await expect(messages(page, 'when?').locator('time')).toHaveText(shown)
      await expect(item(page, 'Bob').locator('time')).toHaveText(/^(\d\d:\d\d|\w{3})$/)
    }
    await page.context().close()
  }
})

test('leaves space for the message beside a long name, and never says “Someone” while a name loads', async ({
  open,
}) => {
  const name = 'Maximiliana Alexandra von und zu Hohenlohe-Waldenburg'
  const [ann, max] = await people(server.url, 'Ann', name)
  const group = await TestGroup.make(ann, [max], 'Names')
  await ok(group.post(max, 'What I have to say is this'))
  const page = await open(ann, '/login')
  let release = () => {}
  const held = new Promise<void>((resolve) => (release = resolve))
  await page.route(/\/api\/users\/[0-9a-f]{24}$/, async (route) => {
    await held
    await route.continue()
  })
  await page.goto('/')
  await expect(item(page, 'Names')).toContainText('What I have to say')
  await expect(item(page, 'Names')).not.toContainText('Someone')
  release()
  await expect(item(page, 'Names').getByTestId('excerpt-sender')).toHaveText(name)
  const line = (await item(page, 'Names').boundingBox())!.width
  expect((await item(page, 'Names').getByTestId('excerpt-text').boundingBox())!.width).toBeGreaterThan(line * 0.3)
})

test('shows two ticks in a group when everybody has read, and lists the readers on demand', async ({ open }) => {
  const [ann, bob, cleo] = await people(server.url, 'Ann', 'Bob', 'Cleo')
  const group = await TestGroup.make(ann, [bob, cleo], 'Readers')
  const page = await open(ann, `/c/${group.id}`)
  await say(page, 'Who reads this?')
  await sent(page, 'Who reads this?')
  const mine = messages(page, 'Who reads this?')
  const read = async (person: Person) => {
    const { lastSeq } = await group.seenBy(person)
    await ok(person.request('PUT', group.path('/read'), { seq: lastSeq }))
  }
  await openMenu(page, 'Who reads this?')
  await expect(page.getByTestId('message-seen-by')).toHaveText('Not seen yet')
  await page.keyboard.press('Escape')
  await read(bob)
  await openMenu(page, 'Who reads this?')
  await expect(page.getByTestId('message-seen-by')).toHaveText('Seen by 1 person')
  await expect(mine).toHaveAttribute('data-read', 'false')
  await page.getByTestId('message-seen-by').click()
  const rows = page.getByTestId('seen-row')
  await expect(rows).toHaveCount(2)
  const row = ({ user }: Person) => page.locator(`[data-testid="seen-row"][data-user="${user.id}"]`)
  await expect(row(bob)).toHaveAttribute('data-seen', 'true')
  await expect(row(cleo)).toHaveAttribute('data-seen', 'false')
  await read(cleo)
  await expect(row(cleo)).toHaveAttribute('data-seen', 'true')
  await page.keyboard.press('Escape')
  await expect(mine).toHaveAttribute('data-read', 'true')
  await expect(mine.getByRole('img', { name: 'Read by everyone' })).toBeVisible()
  // Who comes later has no part in what was said before.
  await ok(group.add(ann, await register(server.url, 'Dan')))
  await expect(notices(page, 'Dan')).toBeVisible()
  await expect(mine).toHaveAttribute('data-read', 'true')
})
