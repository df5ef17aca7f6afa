import type { Page } from '@playwright/test'
import { register, type Person } from '../support/person'
import { messages } from './support/chat'
import { ownServer } from './support/ownServer'
import { expect, test } from './support/test'

const server = ownServer()
let ann: Person
let bob: Person
let cy: Person
let chat: string

/** The browsers of tests are in incognito mode. */
const NO_PUSHES = /Chrome currently does not support the Push API in incognito mode/

interface Told {
  title: string
  body: string
  tag: string
  icon: string
}

test.beforeEach(async () => {
  ;[ann, bob, cy] = await Promise.all([
    register(server.url, 'Ann'),
    register(server.url, 'Bob'),
    register(server.url, 'Cy'),
  ])
  chat = (await ann.chatWith(bob)).id
  await bob.send(chat, 'before')
})

/** Puts notifications of our own into a browser, and loads its page again. @returns what all its tabs tell, in order */
async function watchNotifications(page: Page, permission: NotificationPermission): Promise<Told[]> {
  const told: Told[] = []
  const context = page.context()
  await context.exposeFunction('noteTold', (one: Told) => void told.push(one))
  await context.addInitScript((given) => {
    class Fake extends EventTarget {
      static permission = given
      static async requestPermission() {
        return (Fake.permission = 'granted')
      }
      constructor(title: string, { body = '', tag = '', icon = '' }: NotificationOptions) {
        super()
        Object.assign(window, { lastNotification: this })
        void (window as unknown as { noteTold(one: object): void }).noteTold({ title, body, tag, icon })
      }
      close() {
        this.dispatchEvent(new Event('close'))
      }
    }
    Object.assign(window, { Notification: Fake })
  }, permission)
  await reload(page)
  return told
}

/** Loads a page again, and waits until it notices what arrives. */
async function reload(page: Page): Promise<void> {
  await Promise.all([page.waitForResponse(/\/api\/sync$/), page.reload()])
  await expect(page.getByTestId('notification-host')).toBeAttached()
}

const press = (page: Page) =>
  page.evaluate(() =>
    (window as unknown as { lastNotification: EventTarget }).lastNotification.dispatchEvent(new Event('click')),
  )
const icon = (page: Page) => page.locator('link[rel="icon"]')
const bodies = (told: Told[]) => told.map(({ body }) => body)

test('one of two tabs tells of messages, and a press opens them', async ({ open, problems }) => {
  problems.expect(NO_PUSHES)
  const first = await open(bob)
  const told = await watchNotifications(first, 'granted')
  const second = await first.context().newPage()
  await second.goto('/')
  await reload(second)
  await expect(icon(first)).toHaveAttribute('href', '/favicon.svg')
  await ann.send(chat, 'one')
  await ann.send(chat, `**two** for <@${bob.user.id}>`)
  await expect.poll(() => bodies(told)).toEqual(['one', 'two for @Bob'])
  expect(told[0]).toEqual({ title: 'Ann', body: 'one', tag: chat, icon: expect.stringMatching(/^data:image\/png/) })
  for (const page of [first, second]) {
    await expect(page).toHaveTitle(/^\(2\) /)
    await expect(icon(page)).toHaveAttribute('href', /^data:image\/png/)
  }
  await press(first)
  await expect(first).toHaveURL(`/c/${chat}`)
  await expect(messages(first, /for @Bob/)).toBeVisible()
  await expect(second).not.toHaveTitle(/^\(/)
  await expect(icon(second)).toHaveAttribute('href', '/favicon.svg')
  // What is on screen in one tab is told by none; a muted chat is not either.
  await ann.send(chat, 'seen at once')
  await expect(messages(first, 'seen at once')).toBeVisible()
  const { id: muted } = await cy.chatWith(bob)
  await bob.request('PATCH', `/api/conversations/${muted}/me`, { notify: 'none' })
  await cy.send(muted, 'muted')
  const group = await ann.post('/api/conversations', { kind: 'group', name: 'Team', memberIds: [bob.user.id] })
  await ann.send(group.body.conversation.id, 'to the team')
  await expect.poll(() => bodies(told)).toEqual(['one', 'two for @Bob', 'Ann: to the team'])
})

test('asks after the first message of others, and not again', async ({ open, problems }) => {
  problems.expect(NO_PUSHES)
  const page = await open(bob)
  const told = await watchNotifications(page, 'default')
  const asked = page.getByTestId('notification-ask')
  await bob.send(chat, 'my own')
  await expect(page).not.toHaveTitle(/^\(/)
  await expect(asked).toBeHidden()
  await ann.send(chat, 'hello')
  await expect(asked).toBeVisible()
  expect(told).toEqual([])
  await page.getByTestId('notification-yes').click()
  await expect(asked).toBeHidden()
  await ann.send(chat, 'told now')
  await expect.poll(() => bodies(told)).toEqual(['told now'])
  // The fake browser has forgotten the answer, but this page has not forgotten that it was put off.
  await reload(page)
  await ann.send(chat, 'again')
  await page.getByTestId('notification-no').click()
  await expect(asked).toBeHidden()
  await reload(page)
  await ann.send(chat, 'and again')
  await expect(page).toHaveTitle(/^\(4\) /)
  await expect(asked).toBeHidden()
})
