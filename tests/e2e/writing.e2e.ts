import { mentionOf } from '#shared/domain/text/mentions'
import { TestGroup } from '../support/groups/group'
import { register, type Person } from '../support/person'
import { composer, connected, item, messages, say, sent } from './support/chat'
import { ComposingKeyboard } from './support/composing'
import { ownServer } from './support/ownServer'
import { expect, test } from './support/test'

const server = ownServer()
let ann: Person
let bob: Person
let group: TestGroup

test.beforeEach(async () => {
  const [one, other, duc] = await Promise.all(['Ann', 'Bob', 'Đức Anh'].map((name) => register(server.url, name)))
  ann = one!
  bob = other!
  group = await TestGroup.make(ann, [bob, duc!], 'Climbing')
})

test('mentions people by any word of their names, and leads them there', async ({ open }) => {
  const [page, other] = await Promise.all([open(ann, `/c/${group.id}`), open(bob)])
  await Promise.all([connected(page), connected(other)])
  await composer(page).pressSequentially('Hey @anh')
  await expect(page.getByTestId('completion-option')).toHaveCount(1)
  await composer(page).press('Enter')
  await expect(composer(page)).toHaveValue('Hey @Đức Anh ')
  await composer(page).pressSequentially('and @')
  await expect(page.getByTestId('completion-option')).toHaveText([/Bob/, /Đức Anh/, /@all/])
  await page.getByTestId('completion-option').filter({ hasText: 'Bob' }).click()
  await expect(composer(page)).toHaveValue('Hey @Đức Anh and @Bob ')
  await composer(page).press('Enter')
  const mine = messages(page).getByTestId('mention')
  await expect(mine).toHaveText(['@Đức Anh', '@Bob'])
  await expect(messages(page).last()).toHaveAttribute('data-state', 'sent')
  const [message] = (await group.history(ann)).slice(-1)
  expect(message!.text).toContain(mentionOf(bob.user.id))

  // The other one sees it in the list, and finds it in the chat.
  await expect(item(other, 'Climbing').getByTestId('mention-badge')).toBeVisible()
  await expect(item(other, 'Climbing')).toContainText('Hey @Đức Anh and @Bob')
  for (let sentBefore = 0; sentBefore < 40; sentBefore++) await ann.send(group.id, `filler\n\n${sentBefore}`)
  await item(other, 'Climbing').click()
  await expect(messages(other).getByTestId('mention').filter({ hasText: 'Bob' })).toHaveAttribute('data-mine', 'true')
  await expect(item(other, 'Climbing').getByTestId('mention-badge')).toBeHidden()
  const next = other.getByTestId('jump-to-mention')
  await ann.send(group.id, mentionOf(bob.user.id))
  for (let between = 0; between < 20; between++) await ann.send(group.id, `filler\n\nafter ${between}`)
  await ann.send(group.id, mentionOf(bob.user.id))
  await expect(next).toHaveAccessibleName(/2 unread/)
  await next.click()
  await expect(next).toHaveAccessibleName(/1 unread/)
  await other.keyboard.press('Alt+Shift+KeyN')
  await expect(next).toBeHidden()

  // A changed name is right everywhere, and what is edited shows names too.
  await bob.request('PATCH', '/api/me', { displayName: 'Robert' })
  await page.reload()
  await connected(page)
  await expect(mine.last()).toHaveText('@Robert')
  // An IME's word is never taken for a choice.
  const keyboard = await ComposingKeyboard.of(page)
  await composer(page).focus()
  await keyboard.compose('@bo')
  await page.keyboard.press('Enter')
  await expect(composer(page)).toHaveValue(/^@bo\s*$/)
})

test('formats texts by signs and keys, shows spoilers on demand, and copies code', async ({ open }) => {
  const page = await open(ann, `/c/${group.id}`, { permissions: ['clipboard-read', 'clipboard-write'] })
  await connected(page)
  await composer(page).fill('bold and code')
  await composer(page).evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(0, 4))
  await page.keyboard.press('Control+b')
  await expect(composer(page)).toHaveValue('**bold** and code')
  await composer(page).evaluate((field: HTMLTextAreaElement) => field.setSelectionRange(13, 17))
  await page.keyboard.press('Control+e')
  await composer(page).press('End')
  await composer(page).pressSequentially(' ||secret||')
  await composer(page).press('Enter')
  const bubble = messages(page).filter({ hasText: 'bold and code' })
  await expect(bubble.locator('strong')).toHaveText('bold')
  await expect(bubble.locator('code')).toHaveText('code')
  await expect(item(page, 'Climbing')).toContainText('bold and code ▒▒▒')
  await bubble.getByTestId('spoiler').click()
  await expect(bubble.getByTestId('spoiler')).toHaveAttribute('data-shown', 'true')

  // Enter goes on in a block of code, and sends behind it.
  await composer(page).pressSequentially('```ts')
  await composer(page).press('Enter')
  await composer(page).pressSequentially('const a = 1')
  await composer(page).press('Enter')
  await composer(page).pressSequentially('a')
  await expect(composer(page)).toHaveValue('```ts\nconst a = 1\na\n```')
  await composer(page).press('Control+Enter')
  const code = page.getByTestId('code-block')
  await expect(code.locator('.code-keyword').first()).toHaveText('const')
  await code.getByTestId('copy-code').click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('const a = 1\na')

  // Pasted code is offered such a block.
  const pasted = 'if (a) {\n  b()\n}'
  await page.evaluate((text) => navigator.clipboard.writeText(text), pasted)
  await composer(page).focus()
  await page.keyboard.press('Control+v')
  await expect(composer(page)).toHaveValue(pasted)
  await page.getByTestId('paste-as-code').click()
  await expect(composer(page)).toHaveValue(`\`\`\`\n${pasted}\n\`\`\``)
  await composer(page).fill('')

  // A link that is called something else names its host, and asks.
  await say(page, '[our bank](https://evil.example/x) <b>x</b> [y](javascript:alert(1))')
  const linked = messages(page).filter({ hasText: 'our bank' })
  await expect(linked.getByTestId('real-host')).toContainText('evil.example')
  await expect(linked.locator('a')).toHaveCount(1)
  await expect(linked.locator('b')).toHaveCount(0)
  await linked.getByRole('link', { name: 'our bank' }).click()
  await expect(page.getByRole('alertdialog')).toContainText('evil.example')
})

test('picks emoji by search, keys and names, for texts and reactions', async ({ open }) => {
  const page = await open(ann, `/c/${group.id}`)
  await connected(page)
  await page.getByTestId('emoji-button').click()
  await page.getByTestId('emoji-search').fill('thumbs up')
  await expect(page.getByTestId('emoji-picker').locator('[data-emoji]').first()).toHaveAttribute('data-emoji', '👍')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await expect(composer(page)).toHaveValue('👍')
  await page.keyboard.press('Escape')
  await expect(page.getByTestId('emoji-picker')).toBeHidden()
  await composer(page).fill('')
  await composer(page).pressSequentially('nice :) :rocket')
  await expect(page.getByTestId('completion-option').first()).toContainText('🚀')
  await composer(page).press('Tab')
  await expect(composer(page)).toHaveValue('nice :) 🚀')
  await composer(page).press('Enter')
  await sent(page, 'nice :) 🚀')
  await messages(page, 'nice :) 🚀').hover()
  await messages(page, 'nice :) 🚀').getByTestId('message-menu').click()
  await page.getByTestId('message-react-more').click()
  await page.getByTestId('emoji-search').fill('meo')
  await page.locator('[data-emoji="🐱"]').click()
  await expect(messages(page, 'nice :) 🚀').getByTestId('reaction')).toHaveAttribute('data-emoji', '🐱')
})
