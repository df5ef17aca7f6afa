import { register } from '../support/person'
import { composer, item, messages, openChat, say, sent, texts, unreadLine } from './support/chat'
import { ownServer } from './support/ownServer'
import { expect, test } from './support/test'

const server = ownServer()

async function pair() {
  const [ann, bob] = await Promise.all([register(server.url, 'Ann'), register(server.url, 'Bob')])
  return { ann, bob, chat: await ann.chatWith(bob) }
}

test('shows any text as it was typed, and runs nothing of it', async ({ open }) => {
  const { ann, bob, chat } = await pair()
  const [first, second] = await Promise.all([open(ann, `/c/${chat.id}`), open(bob, `/c/${chat.id}`)])
  const typed = [
    '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>',
    '{{ 7 * 7 }} ${7 * 7} &amp; &lt;b&gt;',
    'שלום, مرحبا بالعالم!',
    '👩‍👩‍👧‍👦 🇻🇳 ❤️',
    'Tiếng Việt: đường, phở, nguyễn',
    '  two  spaces\n\n\tand a tab',
    'https://example.com/'.padEnd(300, 'very-long-'),
  ]
  for (const text of typed) await say(first, text)
  await expect(messages(second)).toHaveCount(typed.length)
  const contents = await second.getByTestId('message-text').allTextContents()
  expect(contents).toEqual(typed)
  await expect(second.locator('[data-testid="message"] :is(img, script, b)')).toHaveCount(0)
  await expect(second).toHaveTitle('Ann · WebChat')
  // A text that reads from right to left does so.
  const direction = messages(second, /שלום/).getByTestId('message-text')
  expect(await direction.evaluate((element) => getComputedStyle(element.parentElement!).direction)).toBe('rtl')
  // What cannot be broken is broken nevertheless: nothing sticks out.
  expect(await second.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
})

test('makes links of addresses without a referrer, and none of what could run', async ({ open }) => {
  const { ann, bob, chat } = await pair()
  await ann.send(chat.id, 'See https://example.com/a?b=1&c=2#d, www.example.org and mail me@example.com.')
  await ann.send(chat.id, 'javascript:alert(1) data:text/html,<b>x</b> vbscript:x file:///etc/passwd')
  await ann.send(chat.id, 'JaVaScRiPt://example.com/%0aalert(1)')
  const page = await open(bob, `/c/${chat.id}`)
  const links = page.getByTestId('message').getByRole('link')
  await expect(messages(page)).toHaveCount(3)
  await expect(links).toHaveCount(3)
  expect(await links.evaluateAll((all) => all.map((link) => link.getAttribute('href')))).toEqual([
    'https://example.com/a?b=1&c=2#d',
    'https://www.example.org',
    'mailto:me@example.com',
  ])
  for (const link of await links.all()) {
    await expect(link).toHaveAttribute('target', '_blank')
    await expect(link).toHaveAttribute('rel', /\bnoopener\b.*\bnoreferrer\b/)
  }
})

test('counts unread messages, draws a line above them, and marks them as read in every tab', async ({ open }) => {
  const { ann, bob, chat } = await pair()
  await bob.send(chat.id, 'before')
  await ann.request('PUT', `/api/conversations/${chat.id}/read`, { seq: 1 })
  const page = await open(ann)
  const other = await page.context().newPage()
  await other.goto('/settings')
  for (const text of ['first', 'second', 'third']) await bob.send(chat.id, text)
  for (const tab of [page, other]) {
    await expect(item(tab, 'Bob')).toContainText('3 unread messages')
    await expect(tab).toHaveTitle(/^\(3\) /)
  }
  await page.bringToFront()
  await openChat(page, 'Bob')
  await expect(unreadLine(page)).toBeVisible()
  const line = (await unreadLine(page).boundingBox())!.y
  expect(line).toBeGreaterThan((await messages(page, 'before').boundingBox())!.y)
  expect(line).toBeLessThan((await messages(page, 'first').boundingBox())!.y)
  for (const tab of [page, other]) {
    await expect(item(tab, 'Bob')).not.toContainText('unread')
    await expect(tab).not.toHaveTitle(/\(\d+\)/)
  }
  await page.getByRole('navigation').click({ position: { x: 5, y: 400 } })
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(`${server.url}/`)
  await openChat(page, 'Bob')
  await expect(messages(page)).toHaveCount(4)
  await expect(unreadLine(page)).toHaveCount(0)
})

test('keeps a draft in its chat, also over a reload', async ({ open }) => {
  const { ann, bob, chat } = await pair()
  const cleo = await register(server.url, 'Cleo')
  const second = await ann.chatWith(cleo)
  await bob.send(chat.id, 'hello from Bob')
  await cleo.send(second.id, 'hello from Cleo')
  const page = await open(ann)
  await openChat(page, 'Bob')
  await messages(page, 'hello from Bob').hover()
  await messages(page, 'hello from Bob').getByTestId('message-quick-reply').click()
  await composer(page).fill('to Bob, one day\nperhaps')
  await openChat(page, 'Cleo')
  await expect(composer(page)).toHaveValue('')
  await composer(page).fill('to Cleo')
  await expect(item(page, 'Bob')).toContainText('Draft: to Bob, one day')
  await page.reload()
  await expect(composer(page)).toHaveValue('to Cleo')
  await openChat(page, 'Bob')
  await expect(composer(page)).toHaveValue('to Bob, one day\nperhaps')
  // So does the message that it answers.
  await expect(page.getByTestId('composer-about')).toContainText('hello from Bob')
  await composer(page).press('Enter')
  await expect(page.getByTestId('composer-about')).toHaveCount(0)
  await sent(page, 'to Bob, one day perhaps')
  await page.reload()
  await expect(messages(page)).toHaveCount(2)
  await expect(composer(page)).toHaveValue('')
  expect(await texts(page)).toEqual(['hello from Bob', 'to Bob, one day\nperhaps'])
})

test('shows everything in Vietnamese to a reader of Vietnamese', async ({ open }) => {
  const { ann, bob, chat } = await pair()
  await bob.send(chat.id, 'xin chào')
  const visitor = await open(server.url, '/login', { locale: 'vi-VN' })
  await expect(visitor.getByRole('heading', { name: 'Đăng nhập' })).toBeVisible()
  await expect(visitor.locator('html')).toHaveAttribute('lang', 'vi')
  await visitor.getByRole('button', { name: 'English' }).click()
  await expect(visitor.getByRole('heading', { name: 'Sign in' })).toBeVisible()

  const page = await open(ann, '/settings')
  await page.getByRole('radio', { name: 'Tiếng Việt' }).check({ force: true })
  await expect(page.getByRole('heading', { name: 'Cài đặt' })).toBeVisible()
  await expect(item(page, 'Bob')).toContainText('1 tin nhắn chưa đọc')
  await page.reload()
  await item(page, 'Bob').click()
  await expect(composer(page)).toHaveAttribute('placeholder', 'Nhập tin nhắn')
  await expect(page.locator('html')).toHaveAttribute('lang', 'vi')
})
