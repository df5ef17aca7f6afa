import { useIntervalFn } from '@vueuse/core'
import type { Conversation } from '#shared/schemas/conversation'
import type { JoinRequest } from '#shared/schemas/group'
import { listState } from '~/composables/useList'
import { useRights } from '~/composables/useRights'
import { useModerationStore } from '~/stores/moderation'

/** No event announces a request, so people who answer requests ask this often. */
const POLL_INTERVAL_MS = 20_000

/** The requests to join a group, for people who can answer them. All components share them. Null while not known. */
export function useJoinRequests(conversationId: () => string) {
  const moderation = useModerationStore()
  const rights = useRights(conversationId)
  const byGroup = useState<Record<string, JoinRequest[]>>('join-requests', () => ({}))
  const requests = computed(() => (rights.can('approveJoin') ? (byGroup.value[conversationId()] ?? null) : null))
  const failed = ref(false)

  async function look() {
    const id = conversationId()
    if (!rights.can('approveJoin')) return
    try {
      put(id, await moderation.requests(id))
      failed.value = false
    } catch {
      failed.value = true
    }
  }

  function put(id: string, list: JoinRequest[]) {
    byGroup.value = { ...byGroup.value, [id]: list }
  }

  /** Removes an answered request, before the server is asked again. */
  function drop(userId: string) {
    put(conversationId(), requests.value?.filter(({ user }) => user.id !== userId) ?? [])
  }

  /** Known requests are shown also if they could not be fetched again. */
  const state = computed(() => listState(requests.value, failed.value && !requests.value))

  return { requests, state, look, drop }
}

/** Fetches requests now and then while the group is open, if people have to ask or somebody still waits. */
export function useRequestsWatch(conversation: () => Conversation) {
  const { requests, look } = useJoinRequests(() => conversation().id)
  const worth = () => conversation().settings.joinApproval || (requests.value?.length ?? 0) > 0
  useIntervalFn(() => {
    if (document.visibilityState === 'visible' && worth()) look()
  }, POLL_INTERVAL_MS)
  onMounted(look)
}
