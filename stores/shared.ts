import { defineStore } from 'pinia'
import type { SharedKind } from '#shared/domain/files'
import type { MessagePage } from '#shared/schemas/message'
import { namedPeople } from '~/client/history/namedPeople'
import { usePeopleStore } from './people'
import { useTab } from './tab'

/**
 * What was shared in a conversation: pictures and videos, files, links. It is fetched when it is shown, and not kept.
 */
export const useSharedStore = defineStore('shared', () => {
  const tab = useTab()
  const people = usePeopleStore()

  /**
   * Messages with items of a kind. The newest and those before a `seq` come newest first, those after a `seq` oldest
   * first.
   * @throws ApiError
   */
  async function page(
    conversationId: string,
    kind: SharedKind,
    range: { before?: number; after?: number } = {},
  ): Promise<MessagePage> {
    const answer = await tab.client().conversations.shared(conversationId, { kind, ...range })
    void people.ensure(answer.messages.flatMap(namedPeople))
    return answer
  }

  return { page }
})
