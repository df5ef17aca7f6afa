import { expect, type Locator, type Page } from '@playwright/test'
import type { Role } from '#shared/domain/permissions'
import { ok, people, TestGroup } from '../../support/groups/group'
import type { Person } from '../../support/person'
import { messages } from './chat'

/** One owner, two moderators, three members. */
export interface Cast {
  ada: Person
  ben: Person
  cleo: Person
  dan: Person
  eve: Person
  finn: Person
}

export async function castOf(url: string): Promise<Cast> {
  const names = ['Ada Owner', 'Ben Mod', 'Cleo Mod', 'Dan Member', 'Eve Member', 'Finn Member'] as const
  const [ada, ben, cleo, dan, eve, finn] = await people(url, ...names)
  return { ada, ben, cleo, dan, eve, finn }
}

/** Their group, with the roles given, made without a page. */
export async function groupOf({ ada, ben, cleo, dan, eve, finn }: Cast, name: string): Promise<TestGroup> {
  const group = await TestGroup.make(ada, [ben, cleo, dan, eve, finn], name)
  for (const moderator of [ben, cleo]) await ok(group.changeMember(ada, moderator, { role: 'moderator' }))
  return group
}

export const panel = (page: Page): Locator => page.getByTestId('group-panel')
/** What stands above an open group. */
export const header = (page: Page): Locator => page.locator('header', { has: page.getByTestId('open-group-panel') })
export const blocked = (page: Page): Locator => page.getByTestId('composer-blocked')
export const toast = (page: Page, text: string | RegExp): Locator => page.getByTestId('toast').filter({ hasText: text })
export const memberRow = (page: Page, { user }: Person): Locator =>
  panel(page).locator(`[data-testid="member-row"][data-user="${user.id}"]`)
export const sheet = (page: Page): Locator => page.getByTestId('member-sheet')
export const confirm = (page: Page): Promise<void> => page.getByTestId('confirm').click()

/** What the conversation itself says. */
export function notices(page: Page, text?: string | RegExp): Locator {
  const all = page.getByTestId('system-message')
  return text === undefined ? all : all.filter({ hasText: text })
}

/** Opens the panel anew with its first screen, or one of the views behind it. */
export async function openPanel(page: Page, view?: string): Promise<void> {
  const opener = page.getByTestId('open-group-panel')
  if ((await opener.getAttribute('aria-expanded')) === 'true')
    await panel(page).getByTestId('panel-close').last().click()
  await expect(panel(page)).toBeHidden()
  await opener.click()
  await expect(panel(page)).toBeVisible()
  if (view) await panel(page).getByTestId(`nav-${view}`).click()
}

export async function openSheet(page: Page, person: Person): Promise<void> {
  await openPanel(page)
  // The list takes its place while it is measured and loaded anew: a press in that moment misses its row.
  await expect(async () => {
    if (await sheet(page).isHidden()) await memberRow(page, person).click({ timeout: 2_000 })
    await expect(sheet(page)).toHaveAttribute('data-user', person.user.id, { timeout: 2_000 })
  }).toPass()
}

/** Gives a role in the member's sheet. */
export async function giveRole(page: Page, person: Person, role: Role): Promise<void> {
  await openSheet(page, person)
  await sheet(page).locator(`input[name="member-role"][value="${role}"]`).check()
  await expect(toast(page, `${person.user.displayName}’s role is now`)).toBeVisible()
}

/** Says in the open permission screen who may do something, and saves it. */
export async function setRight(
  page: Page,
  right: string,
  who: 'Everyone' | 'Moderators' | 'Admins' | 'Owner',
): Promise<void> {
  await panel(page).locator(`[data-testid="permission-row"][data-right="${right}"] select`).selectOption({ label: who })
  await savePermissions(page)
}

export async function savePermissions(page: Page): Promise<void> {
  await panel(page).getByTestId('permissions-save').click()
  await expect(panel(page).getByTestId('permissions-save')).toBeHidden()
}

/** Opens the menu of a message, as with a mouse. */
export async function openMenu(page: Page, text: string): Promise<void> {
  await messages(page, text).hover()
  await messages(page, text).getByTestId('message-menu').click()
  await expect(page.getByTestId('message-copy')).toBeVisible()
}

/** How much of a group a browser has kept of what it showed a person. */
export const kept = (page: Page, userId: string, conversationId: string): Promise<number> =>
  page.evaluate(
    ([userId, id]) =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open(`webchat-${userId}`)
        opening.addEventListener('error', () => reject(opening.error!))
        opening.addEventListener('success', () => {
          const database = opening.result
          const transaction = database.transaction(['conversations', 'pages', 'outbox'])
          const counts = [
            transaction.objectStore('conversations').count(id),
            transaction.objectStore('pages').count(id),
            transaction.objectStore('outbox').index('conversationId').count(id),
          ]
          transaction.addEventListener('complete', () => {
            database.close()
            resolve(counts.reduce((sum, { result }) => sum + result, 0))
          })
        })
      }),
    [userId, conversationId] as const,
  )
