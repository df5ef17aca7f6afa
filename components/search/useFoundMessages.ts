import { watchDebounced } from '@vueuse/core'
import { isEmptySearch, parseSearch } from '#shared/domain/search/query'
import type { SearchResult } from '#shared/schemas/search'
import { asApiError } from '~/client/http/apiError'
import { useSearchStore } from '~/stores/search'

/** Milliseconds after a key until it is searched. */
const DEBOUNCE_MS = 200
/** Pages that are asked for in a row while they have no results. */
const MAX_EMPTY_PAGES = 20

/** `idle`: nothing is asked for. `failed` and `offline`: what is shown may be less than there is. */
export type SearchState = 'idle' | 'loading' | 'ready' | 'failed' | 'offline'

/** The messages that match what is typed, the newest first. Answers to earlier searches are dropped. */
export function useFoundMessages(typed: Ref<string>, conversationId?: string) {
  const store = useSearchStore()
  const results = shallowRef<readonly SearchResult[]>([])
  const next = ref<string | null>(null)
  const state = ref<SearchState>('idle')
  let turn = 0

  async function begin() {
    turn++
    next.value = null
    if (isEmptySearch(parseSearch(typed.value))) {
      results.value = []
      state.value = 'idle'
      return
    }
    await read([])
  }

  /** Adds the next page. */
  async function more() {
    if (next.value !== null && state.value !== 'loading') await read(results.value)
  }

  async function read(before: readonly SearchResult[]) {
    const mine = turn
    state.value = 'loading'
    try {
      for (let page = 0; page < MAX_EMPTY_PAGES; page++) {
        const wish = { q: typed.value, conversationId, before: next.value ?? undefined }
        const answer = await store.messages(wish)
        if (mine !== turn) return
        results.value = [...before, ...answer.results]
        next.value = answer.next
        if (answer.results.length > 0 || answer.next === null) break
      }
      state.value = 'ready'
    } catch (thrown) {
      if (mine === turn) state.value = asApiError(thrown).code === 'OFFLINE' ? 'offline' : 'failed'
    }
  }

  /** Asks again for what failed: the first page, or the next one. */
  function retry() {
    return next.value === null ? begin() : more()
  }

  watchDebounced(typed, begin, { debounce: DEBOUNCE_MS })
  onMounted(begin)
  onScopeDispose(() => turn++)

  return { results, next, state, more, retry }
}
