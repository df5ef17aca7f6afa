/** The state of a list as a whole. */
export type ListState = 'loading' | 'failed' | 'empty' | 'ready'

/**
 * A list that is fetched as a whole, for the first time when the component is mounted.
 * @returns `items` null until the first answer; `load` fetches them again
 */
export function useList<T>(fetch: () => Promise<T[]>) {
  const items = shallowRef<T[] | null>(null)
  const failed = ref(false)

  async function load() {
    failed.value = false
    try {
      items.value = await fetch()
    } catch {
      failed.value = true
    }
  }

  onMounted(load)
  return { items, state: computed(() => listState(items.value, failed.value)), load }
}

/**
 * A list that is fetched a page at a time, the first one when the component is mounted.
 * @param fetch gives what follows the last item, and whether there is more
 * @returns `items` null until the first page; `load` fetches the next page; `reload` begins again
 */
export function usePagedList<T>(fetch: (last: T | undefined) => Promise<{ items: readonly T[]; hasMore: boolean }>) {
  const items = shallowRef<readonly T[] | null>(null)
  const failed = ref(false)
  const hasMore = ref(true)
  let turn = 0
  let loadingTurn: number | null = null

  async function load() {
    if (loadingTurn === turn) return
    const mine = (loadingTurn = turn)
    failed.value = false
    try {
      const page = await fetch(items.value?.at(-1))
      // An answer to what was asked before `reload` is dropped.
      if (mine !== turn) return
      items.value = [...(items.value ?? []), ...page.items]
      hasMore.value = page.hasMore
    } catch {
      if (mine === turn) failed.value = true
    } finally {
      if (mine === turn) loadingTurn = null
    }
  }

  function reload() {
    turn++
    items.value = null
    hasMore.value = true
    return load()
  }

  onMounted(load)
  return { items, hasMore, state: computed(() => listState(items.value, failed.value)), load, reload }
}

/** @param failed whether to say that the list could not be loaded, even if it has items */
export function listState(items: readonly unknown[] | null, failed: boolean): ListState {
  if (failed) return 'failed'
  if (!items) return 'loading'
  return items.length === 0 ? 'empty' : 'ready'
}
