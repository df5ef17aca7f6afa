import type { BrowserContextOptions, Page } from '@playwright/test'
import { ok, people, TestGroup } from '../support/groups/group'
import { photo } from './support/files'
import { ownServer } from './support/ownServer'
import { expect, test } from './support/test'

const server = ownServer()
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

test('gives a new group the chosen picture, or says why not', async ({ open, problems }) => {
  problems.expect(/status of 403 .*\/api\/uploads/)
  const [ann, bob] = await people(server.url, 'Ann', 'Bob')
  const page = await open(ann, '/', PHONE)

  async function begin(name: string) {
    await page.getByTestId('new-chat').click()
    await page.getByTestId('new-group').click()
    await page.getByTestId('member-picker-search').fill(bob.user.username)
    await page.getByTestId('person').filter({ hasText: bob.user.username }).click()
    await page.getByTestId('new-group-next').click()
    await page.getByTestId('avatar-input').setInputFiles([await photo('crew.jpg', 900, 600)])
    await expect(page.getByTestId('avatar-stage').locator('img')).toBeVisible()
    await page.getByTestId('avatar-save').click()
    await expect(page.getByTestId('avatar-crop')).toBeHidden()
    await expect(page.getByTestId('avatar-pick').locator('img')).toBeVisible()
    await page.getByTestId('new-group-name').fill(name)
    await page.getByTestId('new-group-create').click()
    await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible()
  }

  await begin('With a picture')
  const { conversations } = await ok(bob.get('/api/conversations'))
  const made = conversations[0].id
  await expect(page.locator('header img')).toHaveAttribute('src', /\/api\/files\//)
  await expect.poll(async () => (await new TestGroup(made).seenBy(bob)).avatarUrl).toMatch(/^\/api\/files\//)
  await page.goto('/')

  await page.route('**/api/uploads', (route) => route.fulfill({ status: 403, json: { data: { code: 'FORBIDDEN' } } }))
  await begin('Without one')
  await expect(page.getByTestId('toast')).toContainText('The group is ready, but its picture couldn’t be uploaded.')
})

test('gives a group the same colour on its invite page as in the app', async ({ open }) => {
  const [ann, bob] = await people(server.url, 'Ann', 'Bob')
  const hue = (page: Page, where: string) =>
    page
      .locator(`${where} .avatar`)
      .first()
      .evaluate((element) => (element as HTMLElement).style.getPropertyValue('--hue'))
  for (const name of ['Colours', 'Colours', 'Other colours']) {
    const group = await TestGroup.make(ann, [bob], name)
    const { token } = await group.invite(ann)
    const page = await open(ann, `/c/${group.id}`)
    await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible()
    const inside = await hue(page, 'section header')
    await page.goto(`/invite/${token}`)
    await expect(page.getByRole('heading', { name })).toBeVisible()
    expect(await hue(page, 'main')).toBe(inside)
    await page.context().close()
  }
})
