import { watchDebounced } from '@vueuse/core'
import type { User } from '#shared/schemas/account'
import { usePeopleStore } from '~/stores/people'
import { useSessionStore } from '~/stores/session'

/** Searches people by the typed text while a dialog is open. Answers to earlier searches are dropped. */
export function usePeopleSearch(open: Ref<boolean>) {
  const people = usePeopleStore()
  const session = useSessionStore()
  const typed = ref('')
  const found = shallowRef<User[]>([])
  const state = ref<'loading' | 'ready' | 'failed'>('loading')
  let asked = 0

  async function search() {
    const turn = ++asked
    if (found.value.length === 0) state.value = 'loading'
    try {
      const answer = await people.search(typed.value.trim())
      if (turn !== asked) return
      found.value = answer.filter(({ id }) => id !== session.me?.id)
      state.value = 'ready'
    } catch {
      if (turn !== asked) return
      found.value = []
      state.value = 'failed'
    }
  }

  watchDebounced(
    typed,
    () => {
      if (open.value) search()
    },
    { debounce: 150 },
  )
  watch(
    open,
    (isOpen) => {
      if (!isOpen) return
      typed.value = ''
      found.value = []
      void search()
    },
    { immediate: true },
  )

  return { typed, found, state, search }
}
