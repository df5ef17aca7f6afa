import { expect, type Locator, type Page } from '@playwright/test'

export const composer = (page: Page): Locator => page.getByTestId('composer-input')
export const banner = (page: Page): Locator => page.getByTestId('connection-banner')
export const unreadLine = (page: Page): Locator => page.getByTestId('unread-line')

/** The bubbles that are drawn now, or those that have a text. */
export function messages(page: Page, text?: string | RegExp): Locator {
  const all = page.getByTestId('message')
  if (text === undefined) return all
  return all.filter({ has: page.getByTestId('message-text').getByText(text, { exact: true }) })
}

/** What the drawn bubbles say, from top to bottom. */
export const texts = (page: Page): Promise<string[]> => page.getByTestId('message-text').allInnerTexts()

/** A conversation in the sidebar. */
export const item = (page: Page, name: string): Locator =>
  page.getByTestId('conversation-item').filter({ hasText: name })

export async function openChat(page: Page, name: string): Promise<void> {
  await item(page, name).click()
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible()
  await expect(composer(page)).toBeVisible()
}

/** Finds somebody by what is typed, and opens the chat with them. */
export async function startChat(page: Page, typed: string, name: string): Promise<void> {
  await page.getByTestId('new-chat').click()
  await page.getByTestId('people-search').fill(typed)
  await page.getByTestId('person').filter({ hasText: name }).click()
  await expect(page.getByRole('heading', { name, level: 1 })).toBeVisible()
}

/** Writes and sends; the bubble is there at once. */
export async function say(page: Page, text: string): Promise<void> {
  await composer(page).fill(text)
  await composer(page).press('Enter')
  await expect(composer(page)).toHaveValue('')
}

/** Sends a deletion at once, by closing the toast in which it can be undone. */
export const sendDeletion = (page: Page): Promise<void> =>
  page.getByTestId('toast').filter({ hasText: 'deleted' }).getByRole('button', { name: 'Close' }).click()

/** Waits until this message has been acknowledged by the server. */
export const sent = (page: Page, text: string): Promise<void> =>
  expect(messages(page, text)).toHaveAttribute('data-state', 'sent')

/** Waits until the page is connected and up to date. */
export async function connected(page: Page): Promise<void> {
  await expect(page.getByTestId('conversation-list')).toBeVisible()
  await expect(banner(page)).toBeHidden()
}

export async function signOut(page: Page): Promise<void> {
  await page.getByTestId('account-menu').click()
  await page.getByRole('menuitem', { name: 'Sign out' }).click()
  await expect(page).toHaveURL(/\/login$/)
}
