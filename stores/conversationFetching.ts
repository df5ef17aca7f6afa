import type { Conversation, ReadStep } from '#shared/schemas/conversation'
import { asApiError } from '~/client/http/apiError'
import { useRosters } from './rosters'
import { useTab } from './tab'

interface FetchingDeps {
  /** The current mark of the clock of updates. */
  mark: () => number
  take: (conversation: Conversation, since: number) => void
  applyRead: (conversationId: string, userId: string, lastReadSeq: number, step?: ReadStep | null) => void
  find: (id: string) => Conversation | undefined
  /** Resolves when the cached conversations are shown. */
  cached: () => Promise<void>
}

/** Fetches single conversations. */
export function conversationFetching({ mark, take, applyRead, find, cached }: FetchingDeps) {
  const tab = useTab()
  const rosters = useRosters()
  const discovering = new Set<string>()

  /** Fetches one conversation. Null: there is none for me. Offline it is the cached one. @throws ApiError */
  async function fetchOne(id: string): Promise<Conversation | null> {
    await cached()
    const since = mark()
    try {
      const request = () => tab.client().conversations.get(id)
      const { conversation, members } = await rosters.during(id, request, (answer) => answer.members)
      take(conversation, since)
      if (!find(id)) return null
      for (const member of members) applyRead(id, member.user.id, member.lastReadSeq, member.lastRead ?? null)
      return find(id) ?? null
    } catch (thrown) {
      const { code } = asApiError(thrown)
      const known = find(id)
      if (code === 'NOT_FOUND') return null
      if (code === 'OFFLINE' && known) return known
      throw thrown
    }
  }

  /** Fetches a conversation that an event named and that is not known here. */
  function discover(id: string): void {
    if (discovering.has(id)) return
    discovering.add(id)
    void fetchOne(id)
      .catch(() => {})
      .finally(() => discovering.delete(id))
  }

  return { fetchOne, discover }
}
