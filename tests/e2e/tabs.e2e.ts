import type { Page } from '@playwright/test'
import { PASSWORD, register, type Person } from '../support/person'
import { banner, composer, connected, item, messages, openChat, say, sent, signOut, texts } from './support/chat'
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

/** Two tabs of one browser, both in the chat. */
async function twoTabs(first: Page): Promise<[Page, Page]> {
  const second = await first.context().newPage()
  await second.goto(first.url())
  for (const page of [first, second]) {
    await expect(messages(page, 'hello')).toBeVisible()
    await connected(page)
  }
  return [first, second]
}

test('shows an unsent message in two tabs and sends it once, whichever is closed', async ({ open, problems }) => {
  problems.expect(...UNREACHABLE)
  const [first, second] = await twoTabs(await open(ann, `/c/${chat}`))
  await first.context().setOffline(true)
  await expect(banner(second)).toHaveAttribute('data-state', 'offline')
  await say(first, 'from the first')
  await expect(messages(second, 'from the first')).toHaveAttribute('data-state', 'queued')
  await say(second, 'from the second')
  await expect(messages(first, 'from the second')).toHaveAttribute('data-state', 'queued')
  await first.close()
  await second.context().setOffline(false)
  await sent(second, 'from the first')
  await sent(second, 'from the second')
  expect(await texts(second)).toEqual(['hello', 'from the first', 'from the second'])
  const third = await second.context().newPage()
  await third.goto(second.url())
  await say(third, 'from the third')
  await sent(second, 'from the third')
  await sent(third, 'from the third')
  const { body } = await bob.get(`/api/conversations/${chat}/messages`)
  expect(body.messages).toHaveLength(4)
})

test('shows a draft of one tab in the other', async ({ open }) => {
  const [first, second] = await twoTabs(await open(ann, `/c/${chat}`))
  await composer(first).fill('half a thought')
  await expect(composer(second)).toHaveValue('half a thought')
})

test('signs out all tabs at once, and leaves nothing for the next person', async ({ open, problems }) => {
  problems.expect(/status of 404 .*\/api\/conversations\//)
  const [first, second] = await twoTabs(await open(ann, `/c/${chat}`))
  await composer(first).fill('a secret draft')
  await composer(second).click()
  await expect(composer(second)).toHaveValue('a secret draft')
  await signOut(first)
  await expect(second).toHaveURL(/\/login/)
  for (const page of [first, second]) await expect(page.getByText(/hello|secret/)).toHaveCount(0)
  expect(await keptIn(first)).not.toMatch(/hello|secret|Ann|Bob/)

  const cleo = await register(server.url, 'Cleo')
  await first.getByLabel('Email or username').fill(cleo.user.username)
  await first.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await first.getByRole('button', { name: 'Sign in' }).click()
  await expect(first.getByText('No chats yet')).toBeVisible()
  await expect(item(first, 'Bob')).toHaveCount(0)
  await first.goto(`/c/${chat}`)
  await expect(first.getByRole('heading', { name: 'This chat isn’t available' })).toBeVisible()
  // The other tab has followed.
  await second.goto('/')
  await expect(second.getByText('Welcome, Cleo')).toBeVisible()
  expect(await keptIn(second)).not.toMatch(/hello|secret|Ann|Bob/)
})

test('shows nothing of Ann’s in an old tab after somebody else signs in', async ({ open }) => {
  const cleo = await register(server.url, 'Cleo')
  const [first, second] = await twoTabs(await open(ann, `/c/${chat}`))
  await second.goto('/settings')
  await signOut(second)
  await expect(first).toHaveURL(/\/login/)
  await second.getByLabel('Email or username').fill(cleo.user.username)
  await second.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await second.getByRole('button', { name: 'Sign in' }).click()
  await expect(second.getByText('Settings').or(second.getByText('Welcome, Cleo')).first()).toBeVisible()
  const dave = await register(server.url, 'Dave')
  const talk = await cleo.chatWith(dave)
  await dave.send(talk.id, 'for Cleo only')
  await second.goto('/')
  await openChat(second, 'Dave')
  await expect(messages(second, 'for Cleo only')).toBeVisible()
  await first.goto('/')
  await expect(item(first, 'Dave')).toBeVisible()
  await expect(item(first, 'Bob')).toHaveCount(0)
})

/** All that a page has stored in its browser. */
const keptIn = (page: Page): Promise<string> =>
  page.evaluate(async () => {
    const kept: unknown[] = [{ ...localStorage }, { ...sessionStorage }]
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const request = indexedDB.open(name!)
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
      for (const store of database.objectStoreNames) {
        const request = database.transaction(store).objectStore(store).getAll()
        await new Promise((resolve) => (request.onsuccess = resolve))
        kept.push(request.result)
      }
      database.close()
    }
    return JSON.stringify(kept)
  })
