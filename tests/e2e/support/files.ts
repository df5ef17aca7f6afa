import { expect, type Download, type Locator, type Page } from '@playwright/test'
import { readFile } from 'node:fs/promises'
import { picture } from '../../support/files/pictures'

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
export const progress = (page: Page): Locator =>
  lastBubble(page).getByTestId('upload-words').or(lastBubble(page).getByTestId('file-card'))

/** Chooses files by the picker for pictures, or for any file as it is. */
export async function choose(
  page: Page,
  files: Chosen[] | string,
  input: 'media-input' | 'file-input' = 'media-input',
): Promise<void> {
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

function dispatch(
  element: Element,
  { kind, given }: { kind: string; given: { name: string; mimeType: string; data: string }[] },
): void {
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
      const end = (action: () => Promise<void>) => () =>
        void action()
          .catch(() => {})
          .then(resolve)
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

/** Drops a folder of the browser's own kind on an element; `files` by their paths from its name on. */
export async function dropFolder(target: Locator, name: string, files: Record<string, Buffer> = {}): Promise<void> {
  const given = Object.entries(files).map(([path, bytes]) => ({ path, data: bytes.toString('base64') }))
  await target.evaluate(dispatchFolder, { name, given })
}

async function dispatchFolder(
  element: Element,
  { name, given }: { name: string; given: { path: string; data: string }[] },
): Promise<void> {
  type Root = FileSystemDirectoryEntry
  const { webkitRequestFileSystem: request } = window as unknown as {
    webkitRequestFileSystem: (
      type: 0,
      bytes: number,
      done: (system: { root: Root }) => void,
      failed: (error: Error) => void,
    ) => void
  }
  const root = await new Promise<Root>((done, failed) =>
    request.call(window, 0, 1_000_000, (system) => done(system.root), failed),
  )
  const folder = (path: string) =>
    new Promise<FileSystemEntry>((done, failed) => root.getDirectory(path, { create: true }, done, failed))
  const entry = await folder(name)
  for (const { path, data } of given) {
    const parts = path.split('/').slice(0, -1)
    for (let depth = 1; depth <= parts.length; depth++) await folder(parts.slice(0, depth).join('/'))
    const file = await new Promise<any>((done, failed) => root.getFile(path, { create: true }, done, failed))
    const writer = await new Promise<any>((done, failed) => file.createWriter(done, failed))
    await new Promise((done, failed) => {
      writer.onwriteend = done
      writer.onerror = failed
      writer.write(new Blob([Uint8Array.from(atob(data), (character) => character.charCodeAt(0))]))
    })
  }
  const event = new DragEvent('drop', { bubbles: true, cancelable: true })
  const items = [{ kind: 'file', webkitGetAsEntry: () => entry, getAsFile: () => null }]
  Object.defineProperty(event, 'dataTransfer', { value: { types: ['Files'], items } })
  element.dispatchEvent(event)
}
