import { uploaded } from '../support/files/uploads'
import { register, type Person } from '../support/person'
import { composer, startChat } from './support/chat'
import { ownServer } from './support/ownServer'
import { expect, test } from './support/test'

const server = ownServer()
let ann: Person
let bob: Person

test.beforeAll(async () => {
  ;[ann, bob] = [await register(server.url, 'Ann'), await register(server.url, 'Bob')]
})

// Whatever a page's policy refuses is a line on its console, which the fixture takes for a failure.
test('shows and hydrates every page without breaking its content security policy', async ({ open, problems }) => {
  problems.expect(/status of 404/)
  const page = await open(server.url, '/login')
  await expect(page.getByRole('button', { name: 'Sign in' })).toBeEnabled()
  await page.goto('/nothing/at/all')
  await page.getByRole('button').first().click()
  await expect(page).toHaveURL(/\/login/)
  const { id } = (await ann.post('/api/conversations', { kind: 'group', name: 'Group', memberIds: [] })).body
    .conversation
  const { invite } = (await ann.post(`/api/conversations/${id}/invites`, {})).body
  await page.goto(new URL(invite.url).pathname)
  await expect(page.getByText('Group')).toBeVisible()

  const chat = await open(ann)
  await startChat(chat, bob.user.username, 'Bob')
  await composer(chat).fill('hello')
  await composer(chat).press('Enter')
  await expect(chat.getByTestId('message')).toHaveCount(1)
  await chat.goto('/settings')
  await expect(chat.getByRole('heading').first()).toBeVisible()
})

test('runs no sent file as a script, worker or style', async ({ open, problems }) => {
  const chat = (await ann.chatWith(bob)).id
  const { url } = await uploaded(bob, Buffer.from('window.ran = true; self.postMessage?.("ran")'), {
    conversationId: chat,
    mime: 'text/javascript',
    name: 'code.js',
  })
  problems.expect(
    /status of 403/,
    /bad HTTP response code \(403\)/,
    /MIME type|violates the following Content Security Policy/,
  )
  const page = await open(bob, '/', { serviceWorkers: 'allow' })
  const outcome = await page.evaluate(async (address) => {
    const loads = (name: string, set: (element: HTMLElement) => void) =>
      new Promise<string>((resolve) => {
        const element = document.createElement(name)
        set(element)
        element.onload = () => resolve('loaded')
        element.onerror = () => resolve('refused')
        document.head.append(element)
      })
    const script = await loads('script', (element) => element.setAttribute('src', address))
    const module = await loads('script', (element) => {
      element.setAttribute('type', 'module')
      element.setAttribute('src', address)
    })
    const style = await loads('link', (element) => {
      element.setAttribute('rel', 'stylesheet')
      element.setAttribute('href', address)
    })
    const worker = await new Promise<string>((resolve) => {
      const made = new Worker(address)
      made.onmessage = () => resolve('loaded')
      made.onerror = () => resolve('refused')
    })
    const service = await navigator.serviceWorker.register(address).then(
      () => 'loaded',
      () => 'refused',
    )
    // Written into the page, as an injection would be, it is no script of the page's head.
    document.body.insertAdjacentHTML('beforeend', '<img src="x:" onerror="window.ran = true">')
    await new Promise((resolve) => setTimeout(resolve))
    return { script, module, style, worker, service, ran: 'ran' in window }
  }, url!)
  expect(outcome).toEqual({
    script: 'refused',
    module: 'refused',
    style: 'refused',
    worker: 'refused',
    service: 'refused',
    ran: false,
  })
})
