import type { ForwardInput, MarkedPage, Message } from '#shared/schemas/message'
import { namedPeople } from '~/client/history/namedPeople'
import { usePeopleStore } from '../people'
import { useTab } from '../tab'

/** Messages that I send on, or keep in my own list. Part of the messages store. */
export function messageForwarding(applyAnswer: (message: Message) => void) {
  const tab = useTab()
  const people = usePeopleStore()

  /**
   * Forwards messages to other conversations. The same input makes no second message.
   * @throws ApiError: FORBIDDEN, NOT_FOUND, RATE_LIMITED by slow mode, TOO_LARGE for files beyond my quota, OFFLINE
   */
  async function forward(input: ForwardInput): Promise<void> {
    const messages = await tab.client().conversations.forward(input)
    for (const message of messages) applyAnswer(message)
  }

  /** A page of my saved messages, the last first. @throws ApiError */
  async function saved(after: string | null): Promise<MarkedPage> {
    const page = await tab.client().conversations.saved({ after: after ?? undefined })
    void people.ensure(page.messages.flatMap(namedPeople))
    return page
  }

  /** Saves a message to my list, or removes it. @throws ApiError: NOT_FOUND, INVALID for too many, OFFLINE */
  function setSaved(messageId: string, on: boolean): Promise<void> {
    return tab.client().conversations.setSaved(messageId, on)
  }

  return { forward, newForwardId: () => tab.client().environment.newId(), saved, setSaved }
}
