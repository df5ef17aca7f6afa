import { register } from '../support/person'
import { startServer, type TestServer } from '../support/server'
import { banner, connected, messages, say, sent, texts } from './support/chat'
import { expect, test, UNREACHABLE } from './support/test'

let server: TestServer

test.beforeAll(async () => {
  server = await startServer()
})
test.afterAll(() => server?.discard())

test('loses and repeats nothing when the server is killed during a conversation', async ({ open, problems }) => {
  problems.expect(...UNREACHABLE)
  const [ann, bob] = await Promise.all([register(server.url, 'Ann'), register(server.url, 'Bob')])
  const { id } = await ann.chatWith(bob)
  const pages = await Promise.all([open(ann, `/c/${id}`), open(bob, `/c/${id}`)])
  const [first, second] = pages
  await Promise.all(pages.map((page) => expect(page.getByText('Nothing here yet')).toBeVisible()))

  const written: string[] = []
  const talk = async (from: number, to: number) => {
    for (let number = from; number <= to; number++) {
      for (const [index, page] of pages.entries()) {
        written.push(`${'AB'[index]}${number}`)
        await say(page, written.at(-1)!)
      }
    }
  }
  await talk(1, 3)
  await Promise.all([sent(first, 'A1'), server.kill()])
  await expect(banner(first)).toBeVisible()
  await expect(banner(second)).toBeVisible()
  await talk(4, 5)
  await expect(messages(first, 'A5')).toHaveAttribute('data-state', 'queued')

  server = await startServer({ DATA_DIR: server.dataDir, PORT: String(server.port) })
  await Promise.all(pages.map((page) => expect(banner(page)).toBeHidden({ timeout: 60_000 })))
  await Promise.all([sent(first, 'A5'), sent(second, 'B5')])
  await expect(messages(second, 'A5')).toBeVisible()
  await expect(messages(first, 'B5')).toBeVisible()

  const { body } = await ann.get(`/api/conversations/${id}/messages`)
  const stored: string[] = body.messages.map(({ text }: { text: string }) => text)
  expect(stored.toSorted()).toEqual(written.toSorted())
  for (const who of ['A', 'B']) {
    const own = (text: string) => text.startsWith(who)
    expect(stored.filter(own)).toEqual(written.filter(own))
  }
  for (const page of pages) expect(await texts(page)).toEqual(stored)
  await say(second, 'and on it goes')
  await expect(messages(first, 'and on it goes')).toBeVisible()
  await Promise.all(pages.map((page) => connected(page)))
})
