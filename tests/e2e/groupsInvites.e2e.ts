import { randomBytes } from 'node:crypto'
import { ok, type TestGroup } from '../support/groups/group'
import { PASSWORD, register } from '../support/person'
import { composer, item, messages, say } from './support/chat'
import {
  castOf,
  confirm,
  groupOf,
  header,
  notices,
  openPanel,
  panel,
  savePermissions,
  type Cast,
} from './support/group'
import { ownServer } from './support/ownServer'
import { expect, test } from './support/test'

const NAME = 'Chợ nổi & friends'
const server = ownServer()
let cast: Cast
let group: TestGroup
let path: string

test.beforeEach(async () => {
  cast = await castOf(server.url)
  group = await groupOf(cast, NAME)
  await ok(group.change(cast.ada, { description: 'Boats, fruit and\nearly mornings.' }))
  await ok(group.post(cast.ada, 'Good morning'))
  path = `/c/${group.id}`
})

test('creates and copies a link that leads a new person through registration into the group', async ({ open }) => {
  const permissions = ['clipboard-read', 'clipboard-write']
  const mod = await open(cast.ben, path, { permissions })
  await openPanel(mod, 'invites')
  await expect(mod.getByText('No links yet')).toBeVisible()
  await mod.getByTestId('invite-ends').selectOption({ label: '1 day' })
  await mod.getByTestId('invite-uses').selectOption({ label: '5 uses' })
  await mod.getByTestId('invite-create').click()
  const link = mod.getByTestId('invite-link')
  await expect(link).toHaveText(/\/invite\/[\w-]{16,}$/)
  await expect(mod.getByTestId('invite-row')).toContainText('used 0 of 5')
  await mod.getByTestId('invite-copy').click()
  await expect(mod.getByRole('button', { name: 'Copied' })).toBeVisible()
  const url = await mod.evaluate(() => navigator.clipboard.readText())
  expect(url).toBe(await link.getAttribute('data-url'))
  expect(url).toMatch(new RegExp(`^${server.url}/invite/[\\w-]{16,}$`))

  const guest = await open(server.url, new URL(url).pathname)
  await expect(guest.getByRole('heading', { name: NAME, level: 1 })).toBeVisible()
  await expect(guest.getByText('Ben Mod invites you to join')).toBeVisible()
  await expect(guest.getByText('early mornings.')).toBeVisible()
  await expect(guest.getByText('Good morning')).toHaveCount(0)
  await guest.getByRole('link', { name: 'Create an account' }).click()
  await expect(guest).toHaveURL(/\/register\?next=/)
  const username = `gil${randomBytes(4).toString('hex')}`
  await guest.getByLabel('Name', { exact: true }).fill('Gil Guest')
  await guest.getByLabel('Username').fill(username)
  await guest.getByLabel('Email').fill(`${username}@example.com`)
  await guest.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await guest.getByRole('button', { name: 'Create account' }).click()
  await expect(guest).toHaveURL(url)
  await guest.getByTestId('join-invite').click()
  await expect(guest).toHaveURL(new RegExp(`${path}$`))
  await expect(messages(guest, 'Good morning')).toBeVisible()
  await expect(notices(mod, 'Gil Guest joined')).toBeVisible()
  await say(guest, 'Good morning to you all')
  await expect(messages(mod, 'Good morning to you all')).toContainText('Gil Guest')
  await openPanel(mod, 'invites')
  await expect(mod.getByTestId('invite-row')).toContainText('used 1 of 5')
})

test('shows an invite and signs a person in without JavaScript', async ({ open }) => {
  const { token } = await group.invite(cast.ada)
  const html = await (await fetch(`${server.url}/invite/${token}`)).text()
  expect(html).toContain('Chợ nổi &amp; friends')
  expect(html).toContain('noindex')
  expect(html).not.toContain('Good morning')
  const guest = await register(server.url, 'Hanh Guest')
  const page = await open(server.url, `/invite/${token}`, { javaScriptEnabled: false })
  await expect(page).toHaveTitle(new RegExp(NAME))
  await expect(page.getByRole('heading', { name: NAME, level: 1 })).toBeVisible()
  await expect(page.getByText('Ada Owner invites you to join')).toBeVisible()
  await expect(page.getByRole('link', { name: 'Create an account' })).toBeVisible()
  await page.getByRole('link', { name: 'Sign in to join' }).click()
  await page.getByLabel('Email or username').fill(guest.user.username)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(new RegExp(`/invite/${token}$`))
  await expect(page.getByRole('link', { name: 'Sign in to join' })).toHaveCount(0)
})

test('lets a person ask to join, wait, and be approved or refused', async ({ open }) => {
  const { ada, ben } = cast
  const { token } = await group.invite(ada)
  const owner = await open(ada, path)
  await openPanel(owner, 'permissions')
  await owner
    .getByTestId('approval-switch')
    .or(owner.getByRole('switch', { name: 'Approve people who join by link' }))
    .last()
    .click()
  await savePermissions(owner)

  const [gil, hoa] = await Promise.all([register(server.url, 'Gil Guest'), register(server.url, 'Hoa Guest')])
  const [first, second] = await Promise.all([open(gil, `/invite/${token}`), open(hoa, `/invite/${token}`)])
  for (const page of [first, second]) {
    await expect(page.getByText('A moderator will answer your request.')).toBeVisible()
    await page.getByRole('button', { name: 'Ask to join' }).click()
    await expect(page.getByTestId('invite-pending')).toContainText('Request sent')
    expect((await (page === first ? gil : hoa).get(group.path())).status).toBe(404)
    await page.getByRole('link', { name: 'Back to chats' }).click()
    await expect(page.getByText('No chats yet')).toBeVisible()
  }

  const mod = await open(ben, path)
  await expect(header(mod)).toContainText('2 requests to join')
  await openPanel(mod, 'requests')
  const row = (id: string) => mod.locator(`[data-testid="request-row"][data-user="${id}"]`)
  await expect(mod.getByTestId('request-row')).toHaveCount(2)
  await row(gil.user.id).getByTestId('request-approve').click()
  await expect(row(gil.user.id)).toHaveCount(0)
  await row(hoa.user.id).getByTestId('request-refuse').click()
  await expect(mod.getByText('No one is waiting')).toBeVisible()
  await expect(item(first, NAME)).toBeVisible()
  await item(first, NAME).click()
  await expect(composer(first)).toBeVisible()
  await expect(notices(mod, /Gil Guest/)).toBeVisible()
  await expect(item(second, NAME)).toHaveCount(0)
  expect((await hoa.get(group.path())).status).toBe(404)
})

test('refuses a link that was revoked or used up', async ({ open, problems }) => {
  problems.expect(/status of 404/)
  const mod = await open(cast.ben, path)
  const used = await group.invite(cast.ben, { maxUses: 1 })
  const [gil, hoa] = await Promise.all([register(server.url, 'Gil Guest'), register(server.url, 'Hoa Guest')])
  const [first, second] = await Promise.all([open(gil, `/invite/${used.token}`), open(hoa, `/invite/${used.token}`)])
  await expect(second.getByTestId('join-invite')).toBeVisible()
  await first.getByTestId('join-invite').click()
  await expect(messages(first, 'Good morning')).toBeVisible()
  await second.getByTestId('join-invite').click()
  await expect(second.getByRole('heading', { name: 'This invite no longer works' })).toBeVisible()

  const { token } = await group.invite(cast.ben)
  await openPanel(mod, 'invites')
  await expect(panel(mod).getByTestId('invite-row')).toHaveCount(2)
  await panel(mod).getByTestId('invite-row').filter({ hasText: token }).getByTestId('invite-revoke').click()
  await confirm(mod)
  await expect(panel(mod).getByTestId('invite-row')).toHaveCount(1)
  expect((await fetch(`${server.url}/invite/${token}`)).status).toBe(404)
  await second.goto(`/invite/${token}`)
  await expect(second.getByRole('heading', { name: 'This invite no longer works' })).toBeVisible()
  await expect(second.getByText(NAME)).toHaveCount(0)
})
