import { codeOf, stepAt } from '../../server/auth/totp'
import { fromBase32 } from '../support/base32'
import { MailServer } from '../support/mailServer'
import { PASSWORD, register } from '../support/person'
import { startServer, type TestServer } from '../support/server'
import { expectAccessible, expectFitting } from './support/looks'
import { expect, test } from './support/test'

const PHONE = { viewport: { width: 390, height: 844 } }

let mailServer: MailServer
let server: TestServer
test.beforeAll(async () => {
  mailServer = await MailServer.start()
  server = await startServer({ SMTP_URL: mailServer.url })
})
test.afterAll(async () => {
  await server.discard()
  await mailServer.stop()
})

/** The link in the next mail to somebody, of this kind. */
async function mailedLink(email: string, page: 'reset' | 'verify'): Promise<string> {
  const { text } = await mailServer.next(email, `/${page}#`)
  return /http\S+/.exec(text)![0].replace('localhost', '127.0.0.1')
}

test('a forgotten password is replaced by a mailed link, which leaves the address bar at once', async ({ open }) => {
  const ann = await register(server.url, 'Ann')
  const page = await open(server.url, '/login', PHONE)
  await page.getByRole('link', { name: 'Forgot your password?' }).click()
  await page.getByLabel('Email').fill(ann.user.email!)
  await page.keyboard.press('Enter')
  await expect(page.getByRole('status').filter({ hasText: 'a link is on its way' })).toBeVisible()
  const link = await mailedLink(ann.user.email!, 'reset')
  await page.goto(link)
  await expect(page).toHaveURL(`${server.url}/reset`)
  await expect(page.getByRole('textbox', { name: 'Code' })).toBeHidden()
  await expectFitting(page, 'reset')
  await page.getByLabel('New password').fill('a better horse battery')
  await page.keyboard.press('Enter')
  await expect(page.getByText('Your new password is set.')).toBeVisible()
  await page.getByLabel('Email or username').fill(ann.user.username)
  await page.getByLabel('Password', { exact: true }).fill('a better horse battery')
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('welcome')).toBeVisible()
})

test('a new person confirms their address by a mailed link', async ({ open }) => {
  const ann = await register(server.url, 'Ann')
  const page = await open(ann)
  await expect(page.getByTestId('verify-notice')).toContainText(ann.user.email!)
  await page.goto(await mailedLink(ann.user.email!, 'verify'))
  await expect(page).toHaveURL(`${server.url}/`)
  await expect(page.getByTestId('welcome')).toBeVisible()
  await expect(page.getByTestId('verify-notice')).toBeHidden()
})

test('a second factor is set up in the settings, and then asked for', async ({ open, problems }) => {
  problems.expect(/status of 401 .*\/api\/auth\/login$/)
  const ann = await register(server.url, 'Ann')
  const page = await open(ann, '/settings')
  const section = page.locator('#factor')
  await section.getByRole('button', { name: 'Turn on' }).click()
  await section.getByLabel('Current password').fill(PASSWORD)
  await page.keyboard.press('Enter')
  await expect(section.getByRole('img', { name: 'QR code' })).toBeVisible()
  await expectAccessible(page, 'second factor')
  const secret = fromBase32((await section.getByTestId('factor-secret').innerText()).replaceAll(/\s/g, ''))
  await section.getByRole('textbox', { name: 'Code' }).fill(codeOf(secret, stepAt(Date.now())))
  await page.keyboard.press('Enter')
  const codes = section.getByTestId('recovery-codes').getByRole('listitem')
  await expect(codes).toHaveCount(10)
  const recovery = await codes.first().innerText()
  await section.getByRole('button', { name: 'I’ve kept them' }).click()
  await expect(section.getByTestId('factor-state')).toContainText('10 recovery codes left')

  const other = await open(server.url, '/login?next=/settings', PHONE)
  await other.getByLabel('Email or username').fill(ann.user.username)
  await other.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await other.keyboard.press('Enter')
  await expect(other.getByRole('heading', { name: 'Enter your code' })).toBeVisible()
  await expectFitting(other, 'code')
  await other.getByRole('textbox', { name: 'Code' }).fill(recovery)
  await other.keyboard.press('Enter')
  await expect(other.getByTestId('factor-state')).toContainText('9 recovery codes left')
})
