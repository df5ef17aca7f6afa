import { PASSWORD, register, type Person } from '../support/person'
import { ownServer } from './support/ownServer'
import { expect, test } from './support/test'

const server = ownServer()
let ann: Person

test.beforeEach(async () => {
  ann = await register(server.url, 'Ann')
})

test('signs a browser out when its session is ended elsewhere', async ({ open }) => {
  const here = await open(ann, '/settings')
  const other = await open(ann)
  await expect(other.getByText('Welcome, Ann')).toBeVisible()
  await here.reload()
  const devices = here.getByRole('region', { name: 'Devices' }).getByRole('listitem')
  // Who registered Ann, this browser, and the other one.
  await expect(devices).toHaveCount(3)
  await expect(devices.first()).toContainText('This device')
  const newest = devices.filter({ hasText: 'Chrome' }).last()
  await newest.getByRole('button', { name: /^Sign out/ }).click()
  await expect(devices).toHaveCount(2)
  await expect(other).toHaveURL(/\/login/)
  await expect(here.getByRole('heading', { name: 'Settings' })).toBeVisible()
})

test('signs out every other browser after a new password', async ({ open, problems }) => {
  problems.expect(/status of 422 .*\/api\/me\/password/, /status of 401 .*\/api\/auth\/login/)
  const here = await open(ann, '/settings')
  const other = await open(ann)
  await expect(other.getByText('Welcome, Ann')).toBeVisible()

  const next = 'another horse entirely'
  await here.getByLabel('Current password').fill('not my password')
  await here.getByLabel('New password').fill(next)
  await here.getByRole('button', { name: 'Change password' }).click()
  await expect(here.locator('#current-issue')).toHaveText('That isn’t your current password.')
  await expect(here.getByLabel('Current password')).toBeFocused()
  await here.getByLabel('Current password').fill(PASSWORD)
  await here.getByLabel('New password').fill('password123')
  await here.getByRole('button', { name: 'Change password' }).click()
  await expect(here.locator('#next-issue')).toHaveText(/easy to guess/)
  await here.getByLabel('New password').fill(next)
  await here.getByRole('button', { name: 'Change password' }).click()
  await expect(here.getByRole('status').filter({ hasText: 'Your password has been changed' })).toBeVisible()

  await expect(other).toHaveURL(/\/login/)
  await here.reload()
  await expect(here.getByRole('heading', { name: 'Settings' })).toBeVisible()
  await expect(here.getByRole('region', { name: 'Devices' }).getByRole('listitem')).toHaveCount(1)
  expect((await ann.post('/api/auth/login', { login: ann.user.username, password: PASSWORD })).status).toBe(401)
  expect((await ann.post('/api/auth/login', { login: ann.user.username, password: next })).status).toBe(200)
})

test('saves a profile, and shows it to others', async ({ open }) => {
  const page = await open(ann, '/settings')
  await page.getByLabel('Name', { exact: true }).fill('  Ánh Nguyễn ')
  await page.getByLabel('About').fill('Over the <hills>')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Saved')).toBeVisible()
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Ánh Nguyễn')
  await page.reload()
  await expect(page.getByLabel('About')).toHaveValue('Over the <hills>')
  const bob = await register(server.url, 'Bob')
  expect((await bob.get(`/api/users/${ann.user.id}`)).body.user).toMatchObject({ displayName: 'Ánh Nguyễn' })
})
