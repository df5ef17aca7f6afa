import type { Page } from '@playwright/test'
import type { Person } from '../../support/person'
import { newClientId } from '../../support/person'

/** Fills a conversation over a socket; each message begins with its number. */
export async function fill(person: Person, conversationId: string, count: number): Promise<void> {
  const socket = await person.connect()
  for (let number = 1; number <= count;) {
    const answers = []
    for (; answers.length < 250 && number <= count; number++) {
      const text = `${number} ${'and more words of it '.repeat((number * 7) % 5)}`.trim()
      answers.push(socket.request('message.send', { conversationId, clientId: newClientId(), text }))
    }
    const refused = (await Promise.all(answers)).find(({ ok }) => !ok)
    if (refused) throw new Error(`Not sent: ${JSON.stringify(refused.error)}`)
  }
  await socket.close()
}

/** The numbers of the messages that are drawn, from top to bottom. */
export const drawn = (page: Page): Promise<number[]> =>
  page.getByTestId('message').evaluateAll((all) => all.map((element) => Number((element as HTMLElement).dataset.seq)))

/** Of the drawn ones, those that are on the screen. */
export const visible = (page: Page): Promise<number[]> =>
  page.getByTestId('message-list').evaluate((list) => {
    const { top, bottom } = list.getBoundingClientRect()
    const isInside = (row: Element) =>
      row.getBoundingClientRect().bottom > top && row.getBoundingClientRect().top < bottom
    const rows = [...list.querySelectorAll<HTMLElement>('[data-testid="message"]')].filter(isInside)
    return rows.map((row) => Number(row.dataset.seq))
  })

/** Holds back pages of older messages until they are let through, so that one knows where everything stood before. */
export async function holdOlder(page: Page) {
  const held: (() => void)[] = []
  let holding = true
  await page.route(/\/messages\?.*before=/, async (route) => {
    if (holding) await new Promise<void>((release) => held.push(release))
    await route.continue()
  })
  return {
    isAsked: () => held.length > 0,
    letOneThrough: () => held.shift()?.(),
    letAllThrough(): void {
      holding = false
      for (const release of held) release()
    },
  }
}

/**
 * Where a message stays while a page is put above it.
 * @param arrive lets the page come, and resolves when it is there
 * @returns how far the message was off its place at the end, and in the worst frame until then, in pixels
 */
export async function placeWhile(page: Page, seq: number, arrive: () => Promise<unknown>) {
  const list = page.getByTestId('message-list')
  const watched = list.evaluate(async (element, seq) => {
    const top = () => element.querySelector(`[data-seq="${seq}"]`)?.getBoundingClientRect().top ?? Number.NaN
    const start = top()
    const places: number[] = []
    for (let rest = 0; rest < 5; rest += Number(element.dataset.arrived === String(seq))) {
      await new Promise(requestAnimationFrame)
      places.push(Math.abs(top() - start))
    }
    return { end: places.at(-1)!, worst: Math.max(...places) }
  }, seq)
  await arrive()
  await list.evaluate((element, seq) => (element.dataset.arrived = String(seq)), seq)
  return watched
}

/** Resolves when the list has stood still for twenty frames, which is longer than it goes on correcting its place. */
export const atRest = (page: Page): Promise<void> =>
  page.getByTestId('message-list').evaluate(async (list) => {
    for (let still = 0, before = list.scrollTop; still < 20; before = list.scrollTop) {
      await new Promise(requestAnimationFrame)
      still = list.scrollTop === before ? still + 1 : 0
    }
  })
