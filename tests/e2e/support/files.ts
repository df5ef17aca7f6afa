import { expect, type Download, type Locator, type Page } from '@playwright/test'
import { readFile } from 'node:fs/promises'
import { picture } from '../../files/support/pictures'

export interface Chosen {
  name: string
  mimeType: string
  buffer: Buffer
}

export const photo = async (name: string, width = 600, height = 400): Promise<Chosen> => ({
  name,
  mimeType: 'image/jpeg',
  buffer: await picture('jpeg', width, height),
})

export const textFile = (name: string, content: string): Chosen => ({
  name,
  mimeType: 'text/plain',
  buffer: Buffer.from(content),
})

export const staged = (page: Page): Locator => page.getByTestId('staged')
export const lastBubble = (page: Page): Locator => page.getByTestId('message').last()
export const tiles = (within: Page | Locator): Locator => within.getByTestId('file-tile')
export const lightbox = (page: Page): Locator => page.getByTestId('lightbox')
/** What is said of uploads under their pictures or in their card. */
export const progress = (page: Page): Locator => lastBubble(page).getByTestId('upload-words').or(lastBubble(page).getByTestId('file-card'))

/** Chooses files by the picker for pictures, or for any file as it is. */
export async function choose(page: Page, files: Chosen[] | string, input: 'media-input' | 'file-input' = 'media-input'): Promise<void> {
  await page.getByTestId(input).setInputFiles(files)
  await expect(page.getByTestId('send-dialog')).toBeVisible()
}

export async function sendChosen(page: Page, caption = ''): Promise<void> {
  if (caption) await page.getByTestId('caption').fill(caption)
  await page.getByTestId('send-files').click()
  await expect(page.getByTestId('send-dialog')).toBeHidden()
}

/** Waits until the newest message, with its files, is with the server. */
export const delivered = (page: Page): Promise<void> =>
  expect(lastBubble(page)).toHaveAttribute('data-state', 'sent', { timeout: 30_000 })

/** Drags files over an element, or drops them on it. */
export async function drag(target: Locator, kind: 'dragenter' | 'drop', files: Chosen[]): Promise<void> {
  const given = files.map(({ name, mimeType, buffer }) => ({ name, mimeType, data: buffer.toString('base64') }))
  await target.evaluate(dispatch, { kind, given })
}

export async function paste(target: Locator, files: Chosen[]): Promise<void> {
  const given = files.map(({ name, mimeType, buffer }) => ({ name, mimeType, data: buffer.toString('base64') }))
  await target.evaluate(dispatch, { kind: 'paste', given })
}

function dispatch(element: Element, { kind, given }: { kind: string; given: { name: string; mimeType: string; data: string }[] }): void {
  const transfer = new DataTransfer()
  for (const { name, mimeType, data } of given) {
    const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0))
    transfer.items.add(new File([bytes], name, { type: mimeType }))
  }
  const options = { bubbles: true, cancelable: true }
  const event =
    kind === 'paste'
      ? new ClipboardEvent(kind, { ...options, clipboardData: transfer })
      : new DragEvent(kind, { ...options, dataTransfer: transfer })
  element.dispatchEvent(event)
}

/** Holds back the parts of uploads that come after the first ones, until they are let through or cut off. */
export async function holdParts(page: Page, free = 0) {
  const held: { go(): void; cut(): void }[] = []
  let passed = 0
  let isHolding = true
  await page.route('**/api/storage/**', async (route) => {
    if (!isHolding || passed++ < free) return route.continue()
    await new Promise<void>((resolve) => {
      const end = (action: () => Promise<void>) => () => void action().catch(() => {}).then(resolve)
      held.push({ go: end(() => route.continue()), cut: end(() => route.abort('connectionreset')) })
    })
  })
  return {
    count: () => held.length,
    /** Cuts off what is held, and lets everything after it through. */
    cutAll(): void {
      isHolding = false
      for (const one of held.splice(0)) one.cut()
    },
    letThrough(): void {
      isHolding = false
      for (const one of held.splice(0)) one.go()
    },
  }
}

export async function bytesOf(download: Download): Promise<Buffer> {
  return readFile(await download.path())
}
