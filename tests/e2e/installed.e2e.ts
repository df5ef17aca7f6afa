import type { Page } from '@playwright/test'
import { picture } from '../support/files/pictures'
import { uploaded } from '../support/files/uploads'
import { newClientId, register, type Person } from '../support/person'
import { startServer, type TestServer } from '../support/server'
import { banner, composer, connected, item, messages, say, sent } from './support/chat'
import { startFront } from './support/newBuild'
import { expect, test, UNREACHABLE } from './support/test'

const WITH_WORKER = { serviceWorkers: 'allow' } as const
/** What browsers say of a server that is gone or was told to refuse. */
const GONE = [...UNREACHABLE, /status of 50\d/, /navigation preload request/]
/** What Nuxt says when it shows the error page at once. */
const SHOWS_ERROR = /\[nuxt\] error caught during app initialization/

let server: TestServer
let ann: Person
let bob: Person
let chat: string

test.beforeAll(async () => {
  server = await startServer()
  ;[ann, bob] = [await register(server.url, 'Ann'), await register(server.url, 'Bob')]
  chat = (await ann.chatWith(bob)).id
  await bob.send(chat, 'before')
  const upload = { conversationId: chat, kind: 'image', mime: 'image/png', name: 'boat.png' } as const
  const { id } = await uploaded(bob, await picture('png'), upload)
  await bob.post(`/api/conversations/${chat}/messages`, { clientId: newClientId(), uploadIds: [id] })
})
test.afterAll(() => server?.discard())

const restart = async () => {
  server = await startServer({ DATA_DIR: server.dataDir, PORT: String(server.port) })
}

/** Waits until the app is kept, and answers this page's requests. */
const kept = (page: Page) =>
  page.waitForFunction(() => navigator.serviceWorker.controller?.state === 'activated', null, { timeout: 60_000 })
const photo = (page: Page) => messages(page).locator('img[src*="/api/files/"]')
const isShown = (page: Page) =>
  expect.poll(() => photo(page).evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0)
const keptPictures = (page: Page) =>
  page.evaluate(async () => (await (await caches.open('webchat-pictures')).keys()).length)

test('can be installed, by a manifest and icons that need no session', async ({ open }) => {
  const page = await open(server.url, '/login')
  const href = await page.locator('link[rel="manifest"]').getAttribute('href')
  const answer = await page.request.get(href!)
  expect(answer.headers()['content-type']).toBe('application/manifest+json')
  const manifest = await answer.json()
  expect(manifest).toMatchObject({ name: 'WebChat', id: '/', start_url: '/', display: 'standalone' })
  const touch = await page.locator('link[rel="apple-touch-icon"]').getAttribute('href')
  for (const src of [...manifest.icons.map((icon: { src: string }) => icon.src), touch]) {
    const icon = await page.request.get(src)
    expect([src, icon.status(), icon.headers()['content-type']]).toEqual([src, 200, expect.stringMatching(/^image\//)])
  }
  const devtools = await page.context().newCDPSession(page)
  expect((await devtools.send('Page.getAppManifest')).errors).toEqual([])
})

test('opens without the server with what was seen, and sends later', async ({ open, problems }) => {
  problems.expect(...GONE)
  const first = await open(ann, `/c/${chat}`, WITH_WORKER)
  await kept(first)
  // This time through the worker.
  await first.reload()
  await connected(first)
  await isShown(first)
  await expect.poll(() => keptPictures(first)).toBeGreaterThan(0)
  const context = first.context()
  await first.close()
  await server.kill()

  const page = await context.newPage()
  await page.goto('/')
  await item(page, 'Bob').click()
  await expect(messages(page, 'before')).toBeVisible()
  await isShown(page)
  await expect(banner(page)).toBeVisible()
  await say(page, 'written without the server')
  await expect(messages(page, 'written without the server')).toHaveAttribute('data-state', 'queued')
  // A reload is a new start.
  await page.reload()
  await expect(messages(page, 'written without the server')).toHaveAttribute('data-state', 'queued')
  await restart()
  await sent(page, 'written without the server')
  const { body } = await bob.get(`/api/conversations/${chat}/messages`)
  expect(body.messages.at(-1).text).toBe('written without the server')
})

test('keeps nothing after the session was ended elsewhere while the server was away', async ({ open, problems }) => {
  problems.expect(...GONE, SHOWS_ERROR)
  const first = await open(ann, `/c/${chat}`, WITH_WORKER)
  await kept(first)
  const context = first.context()
  await first.close()
  const { body } = await ann.get('/api/me/sessions')
  for (const { id, current } of body.sessions) if (!current) await ann.request('DELETE', `/api/me/sessions/${id}`)
  await server.kill()

  const page = await context.newPage()
  await page.goto(`/c/${chat}`)
  await expect(messages(page, 'before')).toBeVisible()
  await restart()
  await expect(page).toHaveURL(/\/login/)
  await expect.poll(() => page.evaluate(() => caches.has('webchat-pictures'))).toBe(false)
  await server.kill()
  await page.goto(`/c/${chat}`)
  await expect(page.getByRole('heading', { name: 'WebChat can’t be reached' })).toBeVisible()
  await restart()
  await page.getByRole('button', { name: 'Try again' }).click()
  await expect(page).toHaveURL(/\/login/)
})

test('offers a newer version, and does not load it while something is typed', async ({ open, problems }) => {
  problems.expect(...UNREACHABLE)
  const front = await startFront(server.url)
  try {
    const page = await open(ann, `/c/${chat}`, { ...WITH_WORKER, baseURL: front.url })
    await kept(page)
    const update = page.getByTestId('update')
    await expect(update).toBeHidden()
    await composer(page).pressSequentially('half a sen')
    front.deploy()
    await expect(update).toContainText('A new version is ready.')
    await expect(update).toContainText('You can reload when you’re done here.')
    await expect(page.getByTestId('update-reload')).toBeHidden()
    await composer(page).pressSequentially('tence')
    await composer(page).press('Enter')
    await sent(page, 'half a sentence')
    await Promise.all([page.waitForEvent('load'), page.getByTestId('update-reload').click()])
    await expect(messages(page, 'half a sentence')).toBeVisible()
    const builds = await page.evaluate(() => caches.keys())
    expect(builds.filter((name) => name.startsWith('webchat-build next'))).toHaveLength(1)
    await expect(update).toBeHidden()
  } finally {
    await front.stop()
  }
})

test('asks for a reload when a part of the page is gone, or the server speaks another protocol', async ({
  open,
  problems,
}) => {
  problems.expect(/status of 404/, /Failed to fetch dynamically imported module/, /Unable to preload CSS/)
  const page = await open(ann, `/c/${chat}`)
  await connected(page)
  await expect(page.getByTestId('update-host')).toBeAttached()
  await page.route(/\/_nuxt\/builds\/latest\.json$/, (route) => route.fulfill({ json: { id: 'another' } }))
  await page.route(/\/_nuxt\/[^/]+\.(?:js|css)$/, (route) => route.fulfill({ status: 404 }))
  await page.getByTestId('account-menu').click()
  await page.getByRole('menuitem', { name: 'Settings' }).click()
  await expect(page.getByTestId('update')).toHaveAttribute('data-kind', 'needed')

  const other = await open(ann, `/c/${chat}`)
  await other.routeWebSocket(/\/ws$/, (socket) => {
    const real = socket.connectToServer()
    real.onMessage((frame) => {
      const event = JSON.parse(String(frame))
      if (event.type === 'hello') event.data.protocol++
      socket.send(JSON.stringify(event))
    })
  })
  await other.reload()
  await expect(other.getByTestId('update')).toHaveAttribute('data-kind', 'needed')
  await composer(other).pressSequentially('not now')
  await expect(other.getByTestId('update-reload')).toBeHidden()
  await composer(other).fill('')
  await expect(other.getByTestId('update-reload')).toBeVisible()
})

test('takes what other apps share, asks for whom it is, and puts it before the sender', async ({ open }) => {
  const page = await open(ann, '/', WITH_WORKER)
  await kept(page)
  // As a system does it: a form that is opened as a page.
  await page.evaluate(() => {
    const form = document.createElement('form')
    Object.assign(form, { method: 'post', action: '/share', enctype: 'multipart/form-data' })
    const fields = { title: 'A boat', text: 'https://boats.example/1', url: 'https://boats.example/1' }
    for (const [name, value] of Object.entries(fields))
      form.append(Object.assign(document.createElement('input'), { name, value }))
    const files = Object.assign(document.createElement('input'), { type: 'file', name: 'files' })
    const chosen = new DataTransfer()
    chosen.items.add(new File(['all about boats'], 'boats.txt', { type: 'text/plain' }))
    files.files = chosen.files
    form.append(files)
    document.body.append(form)
    form.submit()
  })
  await page.locator(`[data-testid="forward-chat"][data-conversation="${chat}"]`).click()
  await expect(page).toHaveURL(`/c/${chat}`)
  const dialog = page.getByTestId('send-dialog')
  await expect(dialog).toContainText('boats.txt')
  await expect(page.getByTestId('caption')).toHaveValue('A boat\nhttps://boats.example/1')
  await page.getByTestId('send-files').click()
  await expect(messages(page).filter({ hasText: 'boats.txt' })).toHaveAttribute('data-state', 'sent')
  expect(await page.evaluate(() => caches.has('webchat-shared'))).toBe(false)
})
