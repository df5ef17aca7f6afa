import type { Page } from '@playwright/test'
import { ok, TestGroup } from '../support/groups/group'
import { composer, item, messages, openChat, say, sendDeletion, sent } from './support/chat'
import {
  castOf,
  confirm,
  giveRole,
  groupOf,
  header,
  kept,
  memberRow,
  notices,
  openMenu,
  openPanel,
  openSheet,
  panel,
  sheet,
  toast,
  type Cast,
} from './support/group'
import { ownServer } from './support/ownServer'
import { expect, test } from './support/test'

const server = ownServer()
let cast: Cast

test.beforeEach(async () => {
  cast = await castOf(server.url)
})

test('shows all members how a group begins, talks, changes its owner, and ends', async ({ open, problems }) => {
  test.setTimeout(180_000)
  // A group that is gone is asked for by nobody but the page that still had it open.
  problems.expect(/status of 404 .*\/api\/conversations\//)
  const { ada, ben, cleo, dan, eve, finn } = cast
  // High enough for the whole list of members: rows below the fold are not drawn.
  const look = { viewport: { width: 1280, height: 1000 } }
  const [owner, mod, member] = await Promise.all([open(ada, '/', look), open(ben, '/', look), open(dan, '/', look)])
  const NAME = 'Bản tin & Release “12”'

  const id = await test.step('the owner makes it with people, a name and a description', async () => {
    for (const page of [owner, mod, member]) await expect(page.getByText('No chats yet')).toBeVisible()
    await owner.getByTestId('new-chat').click()
    await owner.getByTestId('new-group').click()
    for (const { user } of [ben, cleo, dan, eve, finn]) {
      await owner.getByTestId('member-picker-search').fill(user.username)
      await owner
        .getByTestId('person')
        .filter({ hasText: `@${user.username}` })
        .click()
      await expect(owner.getByTestId('member-picker-search')).toHaveValue('')
    }
    await expect(owner.getByTestId('person-chip')).toHaveCount(5)
    await owner.getByRole('button', { name: 'Remove Finn Member' }).click()
    await expect(owner.getByText('4 people')).toBeVisible()
    await owner.getByTestId('new-group-next').click()
    await expect(owner.getByTestId('new-group-create')).toBeDisabled()
    await owner.getByTestId('new-group-name').fill(NAME)
    await owner.getByTestId('new-group-description').fill('All about the release.')
    await owner.getByTestId('new-group-create').click()
    await expect(owner.getByRole('heading', { name: NAME, level: 1 })).toBeVisible()
    await expect(notices(owner, `You created the group “${NAME}”`)).toBeVisible()
    for (const page of [mod, member]) await expect(item(page, NAME)).toBeVisible()
    return owner.url().split('/').at(-1)!
  })
  const group = new TestGroup(id)

  await test.step('somebody is added later, and everyone is told', async () => {
    for (const page of [mod, member]) await openChat(page, NAME)
    await expect(notices(member, `Ada Owner created the group “${NAME}”`)).toBeVisible()
    await openPanel(owner)
    await expect(panel(owner)).toContainText('All about the release.')
    await owner.getByTestId('add-members').click()
    await owner.getByTestId('member-picker-search').fill(dan.user.username)
    await expect(owner.getByTestId('person')).toHaveText([/Dan Member\s*already a member/])
    await owner.getByTestId('member-picker-search').fill(finn.user.username)
    await owner
      .getByTestId('person')
      .filter({ hasText: `@${finn.user.username}` })
      .click()
    await owner.getByTestId('add-confirm').click()
    await expect(toast(owner, '1 person added')).toBeVisible()
    await expect(notices(owner, 'You added Finn Member')).toBeVisible()
    for (const page of [mod, member]) await expect(notices(page, 'Ada Owner added Finn Member')).toBeVisible()
    await expect(memberRow(owner, finn)).toBeVisible()
  })

  await test.step('everyone talks, and one sees who says what', async () => {
    await say(owner, 'Welcome!')
    await say(owner, 'Who writes the notes?')
    await sent(owner, 'Who writes the notes?')
    for (const page of [mod, member]) {
      await expect(messages(page, 'Welcome!')).toContainText('Ada Owner')
      await expect(messages(page, 'Who writes the notes?')).not.toContainText('Ada Owner')
    }
    await say(member, 'I do')
    await expect(messages(owner, 'I do')).toContainText('Dan Member')
    await ok(group.post(eve, 'Dạ, em giúp!'))
    await expect(messages(member, 'Dạ, em giúp!')).toContainText('Eve Member')
    await composer(mod).pressSequentially('Let')
    await expect(header(member)).toContainText('Ben Mod is typing')
    await composer(mod).fill('')
    await openChat(mod, NAME)
    // Two ticks are everybody's: those without a page read last.
    const { lastSeq } = await group.seenBy(ada)
    for (const person of [cleo, eve, finn]) {
      await expect(messages(member, 'I do')).toHaveAttribute('data-read', 'false')
      await ok(person.request('PUT', group.path('/read'), { seq: lastSeq }))
    }
    await expect(messages(member, 'I do')).toHaveAttribute('data-read', 'true')
  })

  await test.step('roles are given in the member sheet, and hold at once', async () => {
    await openPanel(mod)
    await expect(mod.getByTestId('nav-bans')).toBeHidden()
    await giveRole(owner, ben, 'moderator')
    await expect(mod.getByTestId('nav-bans')).toBeVisible()
    await expect(memberRow(mod, ben)).toHaveAttribute('data-role', 'moderator')
    await giveRole(owner, cleo, 'moderator')
    await expect(memberRow(mod, cleo)).toContainText('Moderator')
    await openSheet(mod, cleo)
    await expect(sheet(mod)).toContainText('Cleo Mod has the same role as you or a higher one.')
    for (const action of ['mute', 'member-remove', 'member-ban'])
      await expect(sheet(mod).getByTestId(action)).toHaveCount(0)
    await openSheet(member, dan)
    await expect(sheet(member)).toContainText('Only moderators, admins and the owner can do this.')
  })

  await test.step('it gets another name and another description', async () => {
    await openPanel(owner)
    await owner.getByTestId('group-edit').click()
    await owner.getByLabel('Name', { exact: true }).fill('Release 13')
    await owner.getByLabel('Description').fill('What comes next.')
    await panel(owner).getByRole('button', { name: 'Save' }).click()
    await expect(owner.getByRole('heading', { name: 'Release 13', level: 1 })).toBeVisible()
    await expect(notices(member, 'Ada Owner renamed the group to “Release 13”')).toBeVisible()
    await expect(notices(member, 'Ada Owner changed the description')).toBeVisible()
    await expect(item(member, 'Release 13')).toBeVisible()
    await expect(member.getByRole('heading', { name: 'Release 13', level: 1 })).toBeVisible()
    await openPanel(member)
    await expect(panel(member)).toContainText('What comes next.')
    await expect(member.getByTestId('group-edit')).toHaveCount(0)
  })

  await test.step('the owner hands it over, and then may leave', async () => {
    await openPanel(owner, 'ending')
    await expect(owner.getByText('You own this group. To leave, choose a new owner first.')).toBeVisible()
    await expect(owner.getByTestId('group-leave')).toHaveCount(0)
    await owner.getByTestId('nav-handOver').click()
    await panel(owner).locator(`[data-testid="member-row"][data-user="${ben.user.id}"]`).last().click()
    await confirm(owner)
    await expect(toast(owner, 'Ben Mod is now the owner')).toBeVisible()
    await expect(notices(member, 'Ada Owner made Ben Mod the owner')).toBeVisible()
    await openPanel(mod)
    await expect(memberRow(mod, ben)).toHaveAttribute('data-role', 'owner')
    await expect(memberRow(mod, ada)).toHaveAttribute('data-role', 'admin')
    await openPanel(owner)
    await owner.getByTestId('group-leave').click()
    await confirm(owner)
    await expectGone(owner, 'Release 13', 'You left “Release 13”.')
    await expect(notices(member, 'Ada Owner left')).toBeVisible()
    await expect(memberRow(mod, ada)).toHaveCount(0)
  })

  await test.step('the new owner deletes it, by typing its name, and it is gone for all', async () => {
    await openPanel(mod, 'ending')
    await mod.getByTestId('group-delete').click()
    await expect(mod.getByRole('alertdialog')).toContainText('for good, for all 5 members')
    await expect(mod.getByTestId('confirm')).toBeDisabled()
    await mod.getByTestId('delete-name').fill('Release')
    await expect(mod.getByTestId('confirm')).toBeDisabled()
    await mod.getByTestId('delete-name').fill('Release 13')
    await confirm(mod)
    await expectGone(mod, 'Release 13', 'You deleted “Release 13”.')
    await expectGone(member, 'Release 13', '“Release 13” was deleted.')
    for (const person of [ada, ben, cleo, dan, eve, finn]) expect((await person.get(group.path())).status).toBe(404)
    await member.reload()
    await expect(member.getByText('No chats yet')).toBeVisible()
    expect(await kept(member, dan.user.id, id)).toBe(0)
  })
})

/** The pane and the sidebar are without it, and one is told why. */
async function expectGone(page: Page, name: string, why: string): Promise<void> {
  await expect(toast(page, why)).toBeVisible()
  await expect(page).toHaveURL(/:\d+\/$/)
  await expect(item(page, name)).toHaveCount(0)
}

test('lets people edit and delete their own messages, and moderators delete others’', async ({ open }) => {
  const { ada, ben, dan, eve } = cast
  const group = await groupOf(cast, 'Words')
  for (const [person, text] of [
    [ada, 'from the owner'],
    [eve, 'rude words'],
    [dan, 'a tpyo'],
    [dan, 'a secret'],
  ] as const) {
    await ok(group.post(person, text))
  }
  const path = `/c/${group.id}`
  const [mod, member] = await Promise.all([open(ben, path), open(dan, path)])
  const bubbles = messages(member)
  await expect(bubbles).toHaveCount(4)

  await openMenu(member, 'rude words')
  await expect(member.getByTestId('message-edit')).toHaveCount(0)
  await expect(member.getByTestId('message-delete')).toHaveCount(0)
  await member.keyboard.press('Escape')

  await openMenu(member, 'a tpyo')
  await member.getByTestId('message-edit').click()
  await expect(composer(member)).toHaveValue('a tpyo')
  await composer(member).fill('a typo')
  await composer(member).press('Enter')
  for (const page of [mod, member]) {
    await expect(messages(page, 'a typo').getByTestId('message-edited')).toBeVisible()
    await expect(messages(page, 'a tpyo')).toHaveCount(0)
  }
  await expect(composer(member)).toHaveValue('')

  await openMenu(member, 'a secret')
  await member.getByTestId('message-delete').click()
  await sendDeletion(member)
  for (const page of [mod, member]) {
    await expect(messages(page, 'a secret')).toHaveCount(0)
    await expect(messages(page).nth(3)).toContainText('Message deleted')
  }

  await openMenu(mod, 'from the owner')
  await expect(mod.getByTestId('message-delete')).toHaveCount(0)
  await mod.keyboard.press('Escape')
  await openMenu(mod, 'rude words')
  await expect(mod.getByTestId('message-edit')).toHaveCount(0)
  await mod.getByTestId('message-delete').click()
  await sendDeletion(mod)
  for (const page of [mod, member]) await expect(messages(page).nth(1)).toContainText('Message deleted')

  await member.reload()
  await expect(bubbles).toHaveCount(4)
  await expect(bubbles.nth(1)).toContainText('Message deleted')
  await expect(bubbles.nth(2)).toContainText('a typo')
  expect(await member.content()).not.toContain('rude words')
})
