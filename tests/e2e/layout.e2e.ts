import type { BrowserContextOptions, Page } from '@playwright/test'
import { register, type Person } from '../support/person'
import { banner, composer, connected, item, messages, openChat } from './support/chat'
import { expectAccessible, expectFitting } from './support/looks'
import { ownServer } from './support/ownServer'
import { expect, test, UNREACHABLE } from './support/test'

const server = ownServer()
let ann: Person
let bob: Person

test.beforeAll(async () => {
  ann = await register(server.url, 'Ann')
  bob = await register(server.url, 'Bob the Very Long Name '.repeat(2))
  const { id } = await ann.chatWith(bob)
  await bob.send(id, 'Hello! https://example.com/'.padEnd(200, 'a-very-long-address-'))
  await ann.send(id, 'Short')
  for (let line = 0; line < 12; line++) await (line % 3 ? ann : bob).send(id, `Line ${line} of a talk`)
  await bob.send(id, '😀')
})

async function expectGood(page: Page, state: string): Promise<void> {
  await expectFitting(page, state)
  await expectAccessible(page, state)
}

const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

for (const [device, screen] of Object.entries({ desktop: {}, phone: PHONE })) {
  for (const colorScheme of ['light', 'dark'] as const) {
    const look = { ...screen, colorScheme, reducedMotion: 'reduce' } as const

    test(`signing in fits and can be used by everyone: ${device}, ${colorScheme}`, async ({ open, problems }) => {
      problems.expect(/status of 422/, /status of 401/)
      const page = await open(server.url, '/login', look)
      await expect(page.locator('html')).toHaveClass(new RegExp(colorScheme))
      await page.getByRole('button', { name: 'Sign in' }).click()
      await expect(page.locator('#login-issue')).toBeVisible()
      await expectGood(page, 'login with errors')
      await page.getByRole('link', { name: 'Create one' }).click()
      await page.getByLabel('Password', { exact: true }).fill('word')
      await page.getByRole('button', { name: 'Create account' }).click()
      await expect(page.locator('#username-issue')).toBeVisible()
      await expectGood(page, 'registration with errors')
    })

    test(`the chat fits and can be used by everyone: ${device}, ${colorScheme}`, async ({ open, problems }) => {
      problems.expect(...UNREACHABLE)
      const empty = await open(await register(server.url, 'Newcomer'), '/', look)
      await expect(empty.getByTestId('welcome')).toBeVisible()
      await expectGood(empty, 'empty chat')
      await empty.context().close()

      const page = await open(ann, '/', look)
      await expect(page.locator('html')).toHaveClass(new RegExp(colorScheme))
      await connected(page)
      await expectGood(page, 'list')
      await openChat(page, 'Bob')
      await expect(messages(page, 'Line 11 of a talk')).toBeVisible()
      await expectGood(page, 'conversation')
      if (device === 'phone') {
        await expect(item(page, 'Bob')).toBeHidden()
        await page.getByRole('link', { name: 'Back to chats' }).click()
      }
      await page.getByTestId('new-chat').click()
      await expect(page.getByTestId('person').first()).toBeVisible()
      await expectGood(page, 'new chat')
      await page.keyboard.press('Escape')
      await expect(page.getByRole('dialog')).toBeHidden()
      await page.getByTestId('account-menu').click()
      await expect(page.getByRole('menuitem', { name: 'Settings' })).toBeVisible()
      await expectAccessible(page, 'menu')
      await page.getByRole('menuitem', { name: 'Settings' }).click()
      await expect(page.getByText('This device')).toBeVisible()
      await expectGood(page, 'settings')
      await page.getByRole('link', { name: 'Back', exact: true }).click()
      await openChat(page, 'Bob')
      await page.context().setOffline(true)
      await expect(banner(page)).toBeVisible()
      await composer(page).fill('later')
      await page.getByTestId('send-button').click()
      await expect(messages(page, 'later')).toHaveAttribute('data-state', 'queued')
      await expectGood(page, 'offline')
    })
  }
}
