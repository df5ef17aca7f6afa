import type { BrowserContextOptions, Page } from '@playwright/test'
import { startCrowdServer, type CrowdServer } from '../support/groups/crowd'
import { accept, ok, type TestGroup } from '../support/groups/group'
import { register } from '../support/person'
import { messages, openChat } from './support/chat'
import { castOf, groupOf, memberRow, openPanel, openSheet, panel, sheet, type Cast } from './support/group'
import { expectAccessible, expectFitting } from './support/looks'
import { expect, test } from './support/test'

let server: CrowdServer
let cast: Cast
let group: TestGroup
let token: string

test.beforeAll(async () => {
  server = await startCrowdServer()
  cast = await castOf(server.url)
  const { ada, ben, dan, eve, finn } = cast
  group = await groupOf(cast, 'A group whose name is long enough to be cut somewhere on a small screen')
  await ok(group.change(ada, { description: 'What it is about, in one line.', settings: { joinApproval: true } }))
  await ok(group.post(dan, 'Hello'))
  await ok(group.post(dan, 'See https://example.com/'.padEnd(160, 'a-very-long-address-')))
  await ok(
    group.changeMember(ada, dan, { deny: ['sendLink', 'pin'], until: new Date(Date.now() + 86_400_000).toISOString() }),
  )
  await ok(group.changeMember(ben, eve, { deny: ['sendText', 'sendImage', 'sendFile', 'sendVoice'], until: null }))
  await ok(group.ban(ben, finn))
  ;({ token } = await group.invite(ben, { maxUses: 10 }))
  await ok(accept(await register(server.url, 'Gil Guest'), token))
})
test.afterAll(() => server?.stop())

async function expectGood(page: Page, state: string): Promise<void> {
  await expectFitting(page, state)
  await expectAccessible(page, state)
}

/** High enough for the whole list of members: rows below the fold are not drawn. */
const DESKTOP: BrowserContextOptions = { viewport: { width: 1280, height: 1000 } }
const PHONE: BrowserContextOptions = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }

for (const [device, screen] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
  for (const colorScheme of ['light', 'dark'] as const) {
    const look = { ...screen, colorScheme, reducedMotion: 'reduce' } as const

    test(`a group's screens fit and can be used by everyone: ${device}, ${colorScheme}`, async ({ open }) => {
      test.setTimeout(120_000)
      const page = await open(cast.ada, '/', look)
      await expect(page.locator('html')).toHaveClass(new RegExp(colorScheme))
      await openChat(page, 'A group whose name')
      await expect(messages(page, 'Hello')).toBeVisible()
      await expectGood(page, 'conversation')
      await openPanel(page)
      await expect(memberRow(page, cast.dan)).toBeVisible()
      await expectGood(page, 'panel')
      if (device === 'phone') expect((await panel(page).boundingBox())!.width).toBe(390)
      const views: [name: string, sign: string][] = [
        ['permissions', 'permission-row'],
        ['requests', 'request-row'],
        ['invites', 'invite-row'],
        ['bans', 'ban-row'],
        ['audit', 'audit-row'],
        ['ending', 'group-delete'],
      ]
      for (const [name, sign] of views) {
        await openPanel(page, name)
        await expect(panel(page).getByTestId(sign).first()).toBeVisible()
        await expectGood(page, name)
      }
      await page.getByTestId('group-delete').click()
      await expectGood(page, 'deletion')
      await page.keyboard.press('Escape')
      await expect(page.getByRole('alertdialog')).toBeHidden()
      for (const person of [cast.dan, cast.eve, cast.ada]) {
        await openSheet(page, person)
        await expect(sheet(page)).toContainText(person.user.displayName)
        await expectGood(page, `sheet of ${person.user.displayName}`)
      }
      await page.getByTestId('panel-close').last().click()
      await page.context().close()

      const muted = await open(cast.eve, `/c/${group.id}`, look)
      await expect(muted.getByTestId('composer-blocked')).toBeVisible()
      await expectGood(muted, 'muted')
      await openPanel(muted, 'permissions')
      await expect(muted.getByTestId('permissions-readonly')).toBeVisible()
      await expectGood(muted, 'permissions of a member')
      const guest = await open(server.url, `/invite/${token}`, look)
      await expect(guest.getByRole('link', { name: 'Sign in to join' })).toBeVisible()
      await expectGood(guest, 'invite')
    })
  }
}

/** In the page: goes down a list of members; tells how many were drawn altogether, and at most at once. */
async function scrollThrough(list: Element): Promise<{ seen: number; most: number }> {
  const scroller = list.parentElement!
  const frame = () => new Promise(requestAnimationFrame)
  const rows = () => [...list.querySelectorAll<HTMLElement>('[data-testid="member-row"]')]
  const end = () => Math.max(...rows().map((row) => row.getBoundingClientRect().bottom))
  const edge = () => Math.min(scroller.getBoundingClientRect().bottom, list.getBoundingClientRect().bottom) - 1
  const seen = new Set<string>()
  let most = 0
  for (;;) {
    while (end() < edge()) await frame()
    for (const row of rows()) seen.add(row.dataset.user!)
    most = Math.max(most, rows().length)
    if (scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 1) return { seen: seen.size, most }
    scroller.scrollBy(0, 400)
    await frame()
  }
}

for (const [device, screen] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
  test(`a thousand members are scrolled and searched with few of them drawn: ${device}`, async ({ open }) => {
    const owner = await register(server.url, 'Zoë Owner')
    const needle = await register(server.url, 'Đặng Thị Needle')
    const memberIds = [...(await server.crowd(998)), needle.user.id]
    const name = `Everyone ${device}`
    const { conversation } = await ok(owner.post('/api/conversations', { kind: 'group', name, memberIds }))
    expect(conversation.memberCount).toBe(1_000)
    const page = await open(owner, `/c/${conversation.id}`, screen)
    await openPanel(page)
    const rows = panel(page).getByTestId('member-row')
    await expect(rows.first()).toHaveAttribute('data-user', owner.user.id)
    expect(await rows.count()).toBeLessThan(60)
    await expect(panel(page).getByRole('listitem').first()).toHaveAttribute('aria-setsize', '1000')

    const { seen, most } = await panel(page).getByRole('list', { name: 'Members' }).evaluate(scrollThrough)
    expect(seen).toBe(1_000)
    expect(most).toBeLessThan(60)

    const search = page.getByTestId('member-search')
    await search.fill('dang needle')
    await expect(rows).toHaveCount(1)
    await expect(rows).toHaveAttribute('data-user', needle.user.id)
    await search.fill('nobody at all')
    await expect(page.getByText('No member matches “nobody at all”.')).toBeVisible()
    await search.fill('crowd')
    await expect(panel(page).getByRole('listitem').first()).toHaveAttribute('aria-setsize', '998')
    expect(await rows.count()).toBeLessThan(60)
    await rows.first().click()
    await expect(sheet(page)).toContainText('Person')
  })
}
