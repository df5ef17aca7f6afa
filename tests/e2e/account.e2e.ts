import { PASSWORD, register, type Person } from '../support/person'
import { signOut } from './support/chat'
import { ownServer } from './support/ownServer'
import { expect, test } from './support/test'

const server = ownServer()
let ann: Person

test.beforeAll(async () => {
  ann = await register(server.url, 'Ann')
})

const issueOf = (field: string) => `#${field}-issue`

test.describe('without script', () => {
  const without = { javaScriptEnabled: false }

  test('registers a person, and shows what is wrong beside the field', async ({ open, problems }) => {
    problems.expect(/status of 4(22|09)/)
    const page = await open(server.url, '/register', without)
    await page.getByLabel('Name', { exact: true }).fill('Không Script')
    await page.getByLabel('Username').fill('no script!')
    await page.getByLabel('Email').fill('nobody')
    await page.getByLabel('Password', { exact: true }).fill('secret')
    await page.getByRole('button', { name: 'Create account' }).click()

    await expect(page).toHaveURL(/\/register/)
    await expect(page.locator(issueOf('username'))).toHaveText(/^Use letters, digits/)
    await expect(page.locator(issueOf('email'))).toHaveText('This doesn’t look like an email address.')
    await expect(page.locator(issueOf('password'))).toHaveText('At least 8 characters.')
    await expect(page.locator(issueOf('displayName'))).toHaveCount(0)
    await expect(page.getByLabel('Email')).toHaveAttribute('aria-describedby', /email-issue/)
    await expect(page.getByLabel('Name', { exact: true })).toHaveValue('Không Script')
    await expect(page.getByLabel('Username')).toHaveValue('no script!')
    await expect(page.getByLabel('Email')).toHaveValue('nobody')
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue('')
    expect(await page.content()).not.toContain('secret')

    await page.getByLabel('Username').fill(ann.user.username)
    await page.getByLabel('Email').fill('no.script@example.com')
    await page.getByLabel('Password', { exact: true }).fill('password123')
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(page.locator(issueOf('password'))).toHaveText(/easy to guess/)
    await expect(page.locator(issueOf('email'))).toHaveCount(0)
    expect(await page.content()).not.toContain('password123')

    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(page.locator(issueOf('username'))).toHaveText('This username is already taken.')

    await page.getByLabel('Username').fill('no.script')
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Create account' }).click()
    await expect(page).toHaveURL(`${server.url}/`)
    const { user } = await (await page.request.get('/api/me')).json()
    expect(user).toMatchObject({ username: 'no.script', displayName: 'Không Script' })
  })

  test('signs a person in after a wrong password, and opens the page they asked for', async ({ open }) => {
    const page = await open(server.url, '/login?next=/settings', without)
    await page.getByLabel('Email or username').fill(ann.user.username)
    await page.getByLabel('Password', { exact: true }).fill('wrong password')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('alert')).toContainText('doesn’t match that password')
    await expect(page.getByLabel('Email or username')).toHaveValue(ann.user.username)
    await expect(page.getByLabel('Password', { exact: true })).toHaveValue('')

    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page).toHaveURL(`${server.url}/settings`)
    expect((await page.request.get('/api/me')).status()).toBe(200)
  })
})

test('shows the strength of a password and what is wrong while it is typed', async ({ open, problems }) => {
  problems.expect(/status of 4(22|09)/)
  const page = await open(server.url, '/register')
  const strength = page.getByTestId('password-strength')
  const password = page.getByLabel('Password', { exact: true })
  await expect(async () => {
    await password.fill('short')
    await expect(strength).toHaveAttribute('data-strength', '0', { timeout: 500 })
  }).toPass()
  await expect(strength).toContainText('Too short')
  await password.fill('gull harbour 47 & rain')
  await expect(strength).toHaveAttribute('data-strength', '4')
  await page.getByRole('button', { name: 'Show password' }).click()
  await expect(password).toHaveAttribute('type', 'text')
  await password.fill('short')

  await page.getByLabel('Name', { exact: true }).fill('Script Person')
  await page.getByLabel('Username').fill(ann.user.username)
  await page.getByLabel('Email').fill('nobody')
  await page.getByRole('button', { name: 'Create account' }).click()
  await expect(page.locator(issueOf('email'))).toHaveText('This doesn’t look like an email address.')
  await expect(page.locator(issueOf('password'))).toHaveText('At least 8 characters.')
  await expect(page.getByLabel('Email')).toBeFocused()
  await expect(page.getByLabel('Email')).toHaveAttribute('aria-invalid', 'true')
  await expect(password).toHaveValue('short')

  // A complaint goes when its field changes, and the others stay.
  await page.getByLabel('Email').press('End')
  await page.getByLabel('Email').press('@')
  await expect(page.locator(issueOf('email'))).toHaveCount(0)
  await expect(page.getByLabel('Email')).not.toHaveAttribute('aria-invalid')
  await expect(page.locator(issueOf('password'))).toHaveText('At least 8 characters.')
  await page.getByLabel('Email').fill('script.person@example.com')
  await password.fill('password123')
  await password.press('Enter')
  await expect(page.locator(issueOf('password'))).toHaveText(/easy to guess/)
  await expect(password).toBeFocused()
  await password.fill(PASSWORD)
  await password.press('Enter')
  await expect(page.locator(issueOf('username'))).toHaveText('This username is already taken.')
  await expect(page.getByLabel('Username')).toBeFocused()

  await page.getByLabel('Username').fill('script.person')
  await page.getByLabel('Username').press('Enter')
  await expect(page).toHaveURL(`${server.url}/`)
  await expect(page.getByText('Welcome, Script Person')).toBeVisible()
})

test('asks a person to sign in before it shows a chat', async ({ open, problems }) => {
  problems.expect(/status of 401 .*\/api\/auth\/login/)
  const page = await open(server.url, '/settings?x=1')
  await expect(page).toHaveURL(`${server.url}/login?next=/settings?x=1`)
  await page.getByLabel('Email or username').fill(`${ann.user.username}@example.com`)
  await page.getByLabel('Password', { exact: true }).fill('wrong password')
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page.getByRole('alert')).toContainText('doesn’t match that password')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await expect(page).toHaveURL(`${server.url}/settings?x=1`)
  await expect(page.getByRole('heading', { name: 'Settings' })).toBeVisible()

  await page.goto('/login')
  await expect(page).toHaveURL(`${server.url}/`)
  await signOut(page)
  await page.goto('/settings')
  await expect(page).toHaveURL(/\/login\?next=/)
})

for (const next of ['//evil.example', '/%09/evil.example']) {
  test(`signing in never leads to another site: ${next}`, async ({ open }) => {
    const page = await open(server.url, `/login?next=${next}`)
    await page.getByLabel('Email or username').fill(ann.user.username)
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page).toHaveURL(`${server.url}/`)
  })
}
