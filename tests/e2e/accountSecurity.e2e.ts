import type { Page } from '@playwright/test'
import type { Session } from '#shared/schemas/account'
import { PASSWORD, register } from '../support/person'
import { connected, messages, openChat, signOut } from './support/chat'
import { ownServer } from './support/ownServer'
import { expect, test } from './support/test'

const server = ownServer()
/** What the chat has shown; what waits to be sent stays until the same person is back. */
const SHOWN = ['me', 'people', 'conversations', 'pages']

/** How many records of a kind this browser keeps. */
function kept(page: Page, stores: string[]): Promise<number> {
  return page.evaluate(async (names) => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result)
        request.onerror = () => reject(request.error)
      })
    let count = 0
    for (const { name } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name!))
      for (const store of database.objectStoreNames) {
        if (names.includes(store)) count += await done(database.transaction(store).objectStore(store).count())
      }
      database.close()
    }
    return count
  }, stores)
}

test('removes what a browser stores when its session ended elsewhere, before anything is shown', async ({ open }) => {
  const ann = await register(server.url, 'Ann')
  const bob = await register(server.url, 'Bob')
  await bob.send((await bob.chatWith(ann)).id, 'nobody else may read this')
  const page = await open(ann)
  await connected(page)
  await openChat(page, 'Bob')
  await expect(messages(page, 'nobody else may read this')).toBeVisible()
  await expect.poll(() => kept(page, ['pages'])).toBeGreaterThan(0)
  const context = page.context()
  await page.close()

  const { sessions } = (await ann.get<{ sessions: Session[] }>('/api/me/sessions')).body
  const browser = sessions.find(({ userAgent }) => userAgent.includes('Chrome'))!
  expect((await ann.request('DELETE', `/api/me/sessions/${browser.id}`)).status).toBe(204)

  const later = await context.newPage()
  const answer = await later.goto('/')
  // The chat itself, which would draw what it keeps, is not even sent.
  expect(new URL(answer!.url()).pathname).toBe('/login')
  await expect.poll(() => kept(later, SHOWN)).toBe(0)
})

test('removes everything from the browser on sign-out, in every tab, and lets the person sign in again', async ({
  open,
}) => {
  const ann = await register(server.url, 'Ann')
  const bob = await register(server.url, 'Bob')
  await bob.send((await bob.chatWith(ann)).id, 'hello Ann')
  const page = await open(ann)
  const tab = await page.context().newPage()
  await tab.goto('/')
  await Promise.all([connected(page), connected(tab)])
  await openChat(page, 'Bob')
  await expect.poll(() => kept(page, ['pages'])).toBeGreaterThan(0)
  await signOut(page)
  await expect(tab).toHaveURL(/\/login/)
  expect(await kept(page, [...SHOWN, 'outbox', 'uploads', 'files', 'recordings'])).toBe(0)
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([])

  await page.getByLabel('Email or username').fill(ann.user.username)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await connected(page)
  await openChat(page, 'Bob')
  await expect(messages(page, 'hello Ann')).toBeVisible()
  await expect.poll(() => kept(page, ['pages'])).toBeGreaterThan(0)
})

test('shows the same strength of a password as the server requires', async ({ open, problems }) => {
  problems.expect(/status of 422/)
  const page = await open(server.url, '/register')
  const strength = page.getByTestId('password-strength')
  const password = page.getByLabel('Password', { exact: true })
  await expect(async () => {
    await password.fill('short')
    await expect(strength).toHaveAttribute('data-strength', '0', { timeout: 500 })
  }).toPass()
  await page.getByLabel('Name', { exact: true }).fill('Strong Person')
  await page.getByLabel('Username').fill('strong.person')
  await page.getByLabel('Email').fill('strong@münchen.example')
  for (const weak of ['aaaaaaaa', '        ', 'strong.person1', 'P@ssw0rd!']) {
    await password.fill(weak)
    await expect(strength).toHaveAttribute('data-strength', '1')
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(page.locator('#password-issue')).toHaveText(/easy to guess/)
  }
  await password.fill('qz7vkwmx')
  await expect(strength).toHaveAttribute('data-strength', '2')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page).toHaveURL(/\/$/)
})
