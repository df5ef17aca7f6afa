import type { Page } from '@playwright/test'
import { accept, ok, type TestGroup } from '../support/groups/group'
import { composer, item, messages, say, sent } from './support/chat'
import {
  blocked,
  castOf,
  confirm,
  groupOf,
  kept,
  memberRow,
  notices,
  openPanel,
  openSheet,
  panel,
  savePermissions,
  setRight,
  sheet,
  toast,
  type Cast,
} from './support/group'
import { ownServer } from './support/ownServer'
import { expect, test } from './support/test'

const server = ownServer()
let cast: Cast
let group: TestGroup
let path: string

test.beforeEach(async () => {
  cast = await castOf(server.url)
  group = await groupOf(cast, 'Harbour')
  await ok(group.post(cast.eve, 'hello all'))
  path = `/c/${group.id}`
})

test('changes a permission in words, which applies to an open page at once', async ({ open }) => {
  const { ada, ben, dan } = cast
  const [owner, mod, member] = await Promise.all([open(ada, path), open(ben, path), open(dan, path)])
  await openPanel(member, 'permissions')
  await expect(member.getByTestId('permissions-readonly')).toHaveText(
    /can’t change it\. Only admins and the owner can do this/,
  )
  const rowOf = (page: Page) => panel(page).locator('[data-testid="permission-row"][data-right="sendText"]')
  await expect(rowOf(member)).toHaveText(/Send messages\s*Everyone/)
  await composer(member).fill('half a sentence')

  await openPanel(owner, 'permissions')
  await setRight(owner, 'sendText', 'Moderators')
  await expect(toast(owner, 'Saved.')).toBeVisible()
  await expect(blocked(member)).toHaveText('Only moderators can send messages here.')
  await expect(rowOf(member)).toHaveText(/Send messages\s*Moderators/)
  await say(mod, 'We go on in a minute')
  await sent(mod, 'We go on in a minute')
  expect((await group.post(dan)).status).toBe(403)

  await setRight(owner, 'sendText', 'Everyone')
  await expect(blocked(member)).toBeHidden()
  await expect(composer(member)).toHaveValue('half a sentence')

  await setRight(owner, 'sendLink', 'Admins')
  await composer(member).fill('see https://example.com')
  await expect(member.getByText('You can’t send links here.')).toBeVisible()
  await expect(member.getByTestId('send-button')).toBeDisabled()
})

test('lets only moderators write in a group for announcements', async ({ open }) => {
  const [owner, mod, member] = await Promise.all([open(cast.ada, path), open(cast.ben, path), open(cast.dan, path)])
  await openPanel(owner, 'permissions')
  await expect(owner.getByTestId('preset-everyone')).toHaveAttribute('aria-pressed', 'true')
  await owner.getByTestId('preset-moderators').click()
  await savePermissions(owner)
  await expect(blocked(member)).toHaveText('Only moderators can send messages here.')
  await say(mod, 'An announcement')
  await expect(messages(member, 'An announcement')).toBeVisible()
  await member.reload()
  await expect(blocked(member)).toHaveText('Only moderators can send messages here.')
  await owner.getByTestId('preset-everyone').click()
  await savePermissions(owner)
  await expect(composer(member)).toBeVisible()
})

test('mutes a member for a time, says until when, and lets them write again afterwards', async ({ open }) => {
  const { ben, dan } = cast
  const [mod, member] = await Promise.all([open(ben, path), open(dan, path)])
  await openSheet(mod, dan)
  await sheet(mod).getByTestId('ends').first().selectOption({ label: '1 hour' })
  await sheet(mod).getByTestId('mute').click()
  await expect(sheet(mod).getByTestId('muted-until')).toHaveText(/^Muted until .*\d\d:\d\d$/)
  await expect(blocked(member)).toHaveText(/^You are muted until .*\d\d:\d\d\.$/)
  await openPanel(mod)
  await expect(memberRow(mod, dan).getByRole('img', { name: 'Muted' })).toBeVisible()
  await openSheet(mod, dan)
  await sheet(mod).getByTestId('unmute').click()
  await expect(blocked(member)).toBeHidden()
  await say(member, 'Thank you')
  await expect(messages(mod, 'Thank you')).toBeVisible()

  const until = new Date(Date.now() + 4_000).toISOString()
  await ok(group.changeMember(ben, dan, { deny: ['sendText'], until }))
  await expect(blocked(member)).toBeVisible()
  await expect(blocked(member)).toBeHidden()
  expect(Date.now()).toBeGreaterThanOrEqual(Date.parse(until))
  await say(member, 'Back by myself')
  await sent(member, 'Back by myself')
})

test('counts down slow mode for members, and not for moderators', async ({ open }) => {
  const { ada, ben, dan } = cast
  const [owner, mod, member] = await Promise.all([open(ada, path), open(ben, path), open(dan, path)])
  await openPanel(owner, 'permissions')
  await owner.getByTestId('slow-mode-select').selectOption({ label: '10 seconds' })
  await savePermissions(owner)
  await expect(notices(member, 'Ada Owner changed the settings')).toBeVisible()
  await say(member, 'one')
  const countdown = member.getByTestId('slow-mode')
  await expect(countdown).toHaveText(/^(10|9|8)$/)
  await expect(member.getByText('Slow mode: one message every 10 seconds.')).toBeVisible()
  await composer(member).fill('two')
  await composer(member).press('Enter')
  await expect(composer(member)).toHaveValue('two')
  await expect(member.getByTestId('send-button')).toBeDisabled()
  for (const text of ['three', 'four']) {
    await say(mod, text)
    await sent(mod, text)
  }
  await expect(countdown).toHaveText('1', { timeout: 15_000 })
  await expect(countdown).toBeHidden()
  await member.getByTestId('send-button').click()
  await sent(member, 'two')
  await owner.getByTestId('slow-mode-select').selectOption({ label: 'Off' })
  await savePermissions(owner)
  await expect(countdown).toBeHidden()
})

test('closes the open group for a removed member at once, says why, and removes all of it', async ({
  open,
  problems,
}) => {
  problems.expect(/status of 404 .*\/api\/conversations\//)
  const { ben, dan } = cast
  const [mod, member] = await Promise.all([open(ben, path), open(dan, path)])
  await expect(messages(member, 'hello all')).toBeVisible()
  await expect.poll(() => kept(member, dan.user.id, group.id)).toBeGreaterThan(1)
  await composer(member).fill('I was about to say')
  await openSheet(mod, dan)
  await sheet(mod).getByTestId('member-remove').click()
  await confirm(mod)
  await expect(toast(mod, 'Dan Member was removed')).toBeVisible()
  await expect(notices(mod, 'You removed Dan Member')).toBeVisible()
  await expect(memberRow(mod, dan)).toHaveCount(0)

  await expect(toast(member, 'You were removed from “Harbour”.')).toBeVisible()
  await expect(member).toHaveURL(/:\d+\/$/)
  await expect(item(member, 'Harbour')).toHaveCount(0)
  await expect(member.getByText('hello all')).toHaveCount(0)
  await ok(group.post(ben, 'now we are among us'))
  await member.reload()
  await expect(member.getByText('No chats yet')).toBeVisible()
  expect(await kept(member, dan.user.id, group.id)).toBe(0)
  await member.goto(path)
  await expect(member.getByRole('heading', { name: 'This chat isn’t available' })).toBeVisible()
  await expect(member.getByText('Harbour')).toHaveCount(0)
})

test('keeps a banned person out until the ban is lifted', async ({ open, problems }) => {
  problems.expect(/status of 40[34] .*\/api\//)
  const { ada, ben, eve } = cast
  const { token } = await group.invite(ada)
  const [mod, member] = await Promise.all([open(ben, path), open(eve, path)])
  await openSheet(mod, eve)
  await sheet(mod).getByTestId('member-ban').click()
  await confirm(mod)
  await expect(toast(member, 'You were banned from “Harbour”.')).toBeVisible()
  await expect(item(member, 'Harbour')).toHaveCount(0)
  await member.goto(`/invite/${token}`)
  await member.getByTestId('join-invite').click()
  await expect(member.getByText('You’re banned from this group.')).toBeVisible()

  await openPanel(mod, 'bans')
  const row = mod.getByTestId('ban-row')
  await expect(row).toHaveAttribute('data-user', eve.user.id)
  await expect(row).toContainText('by Ben Mod')
  await row.getByTestId('unban').click()
  await expect(row).toHaveCount(0)
  await expect(mod.getByText('No one is banned')).toBeVisible()
  await member.goto(`/invite/${token}`)
  await member.getByTestId('join-invite').click()
  await expect(member.getByRole('heading', { name: 'Harbour', level: 1 })).toBeVisible()
  await expect(messages(member, 'hello all')).toBeVisible()
})

test('lists in the activity log who did what', async ({ open }) => {
  const { ada, ben, cleo, dan, eve, finn } = cast
  const { token } = await group.invite(ben, { maxUses: 5 })
  await ok(group.changeMember(ben, dan, { deny: ['sendLink'], until: null }))
  await ok(group.ban(cleo, eve))
  await ok(group.remove(ben, finn))
  await ok(accept(finn, token))
  await ok(group.change(ada, { permissions: { invite: 'admin' } }))
  const [owner, mod] = await Promise.all([open(ada, path), open(ben, path)])
  await openPanel(mod)
  await expect(mod.getByTestId('nav-audit')).toHaveCount(0)

  await openPanel(owner, 'audit')
  const rows = owner.getByTestId('audit-row')
  const row = (action: string) => owner.locator(`[data-testid="audit-row"][data-action="${action}"]`)
  await expect(row('group.created')).toHaveCount(1)
  await expect(row('member.banned')).toContainText('Cleo Mod banned Eve Member')
  await expect(row('member.removed')).toContainText('Ben Mod removed Finn Member')
  await expect(row('member.rights')).toContainText('Not allowed: Send links')
  await expect(row('permissions.changed')).toContainText('Add people and create invite links: Admins')
  await expect(row('member.role')).toHaveCount(2)
  const all = await rows.count()

  await owner.getByTestId('audit-action').selectOption({ label: 'Banned' })
  await expect(rows).toHaveCount(1)
  await expect(rows).toHaveAttribute('data-action', 'member.banned')
  await owner.getByTestId('audit-actor').selectOption({ label: 'Ben Mod' })
  await expect(owner.getByText('Nothing found')).toBeVisible()
  await owner.getByTestId('audit-action').selectOption({ label: 'Everything' })
  await expect(rows).toHaveCount(3)
  for (const text of await rows.allInnerTexts()) expect(text).toContain('Ben Mod')
  await owner.getByTestId('audit-actor').selectOption({ label: 'Anyone' })
  await expect(rows).toHaveCount(all)
})
