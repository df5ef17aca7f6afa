import { register } from '../support/person'
import { composer, item, messages, openChat } from './support/chat'
import { ownServer } from './support/ownServer'
import { expect, test } from './support/test'

const server = ownServer()

test('shows usernames only beside names that look alike', async ({ open }) => {
  const [ann, ben, other, cleo] = [
    await register(server.url, 'Ann'),
    await register(server.url, 'Ben Carter'),
    // Its B, e and a are Cyrillic.
    await register(server.url, '\u0412\u0435n C\u0430rter'),
    await register(server.url, 'Cleo'),
  ]
  const [first, second, third] = [await ann.chatWith(ben), await ann.chatWith(other), await ann.chatWith(cleo)]
  for (const chat of [first, second, third]) await ann.send(chat.id, 'hello')
  const memberIds = [ben, other, cleo].map(({ user }) => user.id)
  const { conversation: group } = (
    await ann.post('/api/conversations', { kind: 'group', name: 'Everyone of us', memberIds })
  ).body
  await ben.send(group.id, 'I am Ben')
  await other.send(group.id, 'I am Ben too')
  await cleo.send(group.id, 'I am Cleo')
  const page = await open(ann, `/c/${group.id}`)
  const tagsOf = (testId: string) => page.getByTestId(testId).getByTestId('look-alike')
  const tags = [ben, other].map(({ user }) => `@${user.username}`)

  await test.step('in the list of chats, and who wrote last', async () => {
    await expect(tagsOf('conversation-item')).toHaveCount(2)
    expect((await tagsOf('conversation-item').allInnerTexts()).toSorted()).toEqual(tags.toSorted())
    await expect(item(page, 'Cleo').getByTestId('look-alike')).toHaveCount(0)
  })
  await test.step('above their messages', async () => {
    await expect(messages(page)).toHaveCount(3)
    const list = page.getByTestId('message-list')
    await expect(list.getByText(tags[0]!, { exact: true })).toBeVisible()
    await expect(list.getByText(tags[1]!, { exact: true })).toBeVisible()
    await expect(list.getByText(`@${cleo.user.username}`)).toHaveCount(0)
  })
  await test.step('among the members', async () => {
    await page.getByTestId('open-group-panel').click()
    await expect(tagsOf('member-row')).toHaveText(tags.toSorted(), { useInnerText: true })
  })
  await test.step('in the header of their chats', async () => {
    await item(page, tags[1]!).click()
    await expect(page.getByRole('heading', { level: 1 }).getByTestId('look-alike')).toHaveText(tags[1]!)
  })
})

test('shows the address of a link that looks like another, and asks before it opens', async ({ open, problems }) => {
  problems.expect(/net::ERR_/)
  const [ann, bob] = [await register(server.url, 'Ann'), await register(server.url, 'Bob')]
  const chat = await ann.chatWith(bob)
  const plain = `${server.url}/api/health`
  const disguised = `http://google.com@127.0.0.1:${new URL(server.url).port}/api/health`
  await ann.send(chat.id, `plain ${plain}`)
  await ann.send(chat.id, `disguised ${disguised}`)
  await ann.send(chat.id, 'mixed https://gооgle.com/login')
  const page = await open(bob, `/c/${chat.id}`)
  await expect(messages(page)).toHaveCount(3)
  await expect(page.getByTestId('real-host')).toHaveCount(2)
  await expect(page.getByTestId('real-host').nth(1)).toContainText('xn--ggle-55da.com')

  const opened: string[] = []
  page.context().on('page', (tab) => opened.push(tab.url()))
  const link = page.getByTestId('message-text').getByRole('link', { name: disguised })
  await link.click({ button: 'middle' })
  const question = page.getByRole('alertdialog')
  await expect(question).toContainText(new URL(server.url).host)
  await question.getByRole('button', { name: 'Cancel' }).click()
  await expect(question).toHaveCount(0)
  await link.click()
  await expect(question).toBeVisible()
  expect(opened).toEqual([])
  const [tab] = await Promise.all([
    page.context().waitForEvent('page'),
    question.getByRole('button', { name: 'Open' }).click(),
  ])
  await tab.close()
  await expect(question).toHaveCount(0)

  const [other] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('link', { name: plain }).click(),
  ])
  await other.waitForURL(plain)
  await expect(question).toHaveCount(0)
})

test('cleans a message in the sender’s own bubble at once', async ({ open }) => {
  const [ann, bob] = [await register(server.url, 'Ann'), await register(server.url, 'Bob')]
  const chat = await ann.chatWith(bob)
  const page = await open(ann, `/c/${chat.id}`)
  await openChat(page, 'Bob')
  await composer(page).fill('a\u202eb\u0007c \u0412')
  await composer(page).press('Enter')
  await expect(messages(page, 'abc \u0412')).toHaveAttribute('data-state', 'sent')
  await composer(page).fill('\u3164\u2800')
  await composer(page).press('Enter')
  await expect(messages(page)).toHaveCount(1)
})
