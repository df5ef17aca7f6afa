import { register, type Person } from '../support/person'
import { TestGroup } from '../support/groups/group'
import { connected, messages } from './support/chat'
import { ownServer } from './support/ownServer'
import { expect, test, UNREACHABLE } from './support/test'

const server = ownServer()
let ann: Person
let bob: Person
let cy: Person
let group: TestGroup

test.beforeEach(async () => {
  ;[ann, bob, cy] = (await Promise.all(['Ann', 'Bob', 'Cy'].map((name) => register(server.url, name)))) as [
    Person,
    Person,
    Person,
  ]
  group = await TestGroup.make(ann, [bob, cy], 'Climbing')
  await ann.send(group.id, 'Who comes on Sunday?')
})

test('shows two people each other’s reactions at once, given by mouse and keyboard', async ({ open }) => {
  const [first, second] = await Promise.all([open(ann, `/c/${group.id}`), open(bob, `/c/${group.id}`)])
  await Promise.all([connected(first), connected(second)])
  const on = (page: typeof first) => messages(page, 'Who comes on Sunday?')
  await on(second).hover()
  await on(second).getByTestId('message-quick').first().click()
  const chip = on(first).getByTestId('reaction')
  await expect(chip).toHaveAttribute('data-emoji', '👍')
  await expect(chip).toHaveAttribute('data-mine', 'false')
  await chip.click()
  await expect(on(second).getByTestId('reaction')).toHaveAttribute('data-count', '2')
  await expect(on(second).getByTestId('reaction')).toHaveAttribute('data-mine', 'true')

  // By keys: the menu opens on the bubble, and its row is walked by arrows.
  await first.locator('[data-message-id]').first().focus()
  await first.keyboard.press('Enter')
  await expect(first.getByTestId('message-react').first()).toBeVisible()
  await first.keyboard.press('ArrowDown')
  await first.keyboard.press('Enter')
  await expect(on(second).getByTestId('reaction')).toHaveCount(2)

  await on(second).getByTestId('reaction').first().click()
  await expect(on(first).getByTestId('reaction').first()).toHaveAttribute('data-count', '1')
  await first.reload()
  await expect(on(first).getByTestId('reaction')).toHaveCount(2)
  await expect(on(first).getByTestId('reaction').first()).toHaveAttribute('data-mine', 'true')
})

test('lists who has reacted, by emoji', async ({ open }) => {
  const [message] = (await group.history(ann)).slice(-1)
  const path = (emoji: string) => group.path(`/messages/${message!.id}/reactions/${encodeURIComponent(emoji)}`)
  await Promise.all([bob.request('PUT', path('👍')), cy.request('PUT', path('🎉'))])
  const page = await open(ann, `/c/${group.id}`)
  await connected(page)
  await messages(page, 'Who comes on Sunday?').hover()
  await messages(page, 'Who comes on Sunday?').getByTestId('message-menu').click()
  await page.getByTestId('message-reactors').click()
  await expect(page.getByTestId('reactor')).toHaveCount(2)
  await page.getByTestId('reactors-of').filter({ hasText: '🎉' }).click()
  await expect(page.getByTestId('reactor')).toHaveText([/Cy/])
})

test('adds the first reaction of the row by a double click, and takes it back by another', async ({ open }) => {
  const page = await open(bob, `/c/${group.id}`)
  await connected(page)
  const bubble = messages(page, 'Who comes on Sunday?')
  await bubble.getByTestId('message-text').dblclick()
  await expect(bubble.getByTestId('reaction')).toHaveAttribute('data-mine', 'true')
  await bubble.getByTestId('message-text').dblclick()
  await expect(bubble.getByTestId('reaction')).toHaveCount(0)
})

test('takes a failed reaction back with a message, and offers none to members without the right', async ({
  open,
  problems,
}) => {
  problems.expect(...UNREACHABLE)
  const page = await open(bob, `/c/${group.id}`)
  await connected(page)
  const bubble = messages(page, 'Who comes on Sunday?')
  await expect(bubble).toBeVisible()
  await page.context().setOffline(true)
  await bubble.hover()
  await bubble.getByTestId('message-quick').first().click()
  await expect(page.getByTestId('toast')).toBeVisible()
  await expect(bubble.getByTestId('reaction')).toHaveCount(0)
  await page.context().setOffline(false)
  await group.changeMember(ann, bob, { deny: ['react'] })
  await bubble.hover()
  await expect(bubble.getByTestId('message-quick')).toHaveCount(0)
})

test('draws reactions within a phone’s screen and under a long bubble', async ({ open }) => {
  const [message] = (await group.history(ann)).slice(-1)
  const long = await bob.send(
    group.id,
    'A long answer that goes over several lines of a phone, about weather and rope. '.repeat(3),
  )
  for (const [index, emoji] of ['👍', '❤️', '😂', '🎉', '🤔', '🧗', '🌦️', '🇻🇳', '👏🏽'].entries())
    for (const person of [ann, bob, cy].slice(index % 3))
      for (const { id } of [message!, long])
        await person.request('PUT', group.path(`/messages/${id}/reactions/${encodeURIComponent(emoji)}`))
  for (const [width, height, colorScheme] of [
    [1280, 800, 'light'],
    [390, 800, 'dark'],
  ] as const) {
    const page = await open(ann, `/c/${group.id}`, { viewport: { width, height }, colorScheme, hasTouch: width < 500 })
    await expect(messages(page).last().getByTestId('reaction')).toHaveCount(9)
    const chips = await messages(page).last().getByTestId('reactions').boundingBox()
    expect(chips!.x + chips!.width).toBeLessThanOrEqual(width)
    if (width > 500) {
      await messages(page).last().hover()
      await messages(page).last().getByTestId('message-menu').click()
      await expect(page.getByTestId('message-react')).toHaveCount(6)
    }
  }
})
