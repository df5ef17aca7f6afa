import { defineStore } from 'pinia'
import { computed, shallowRef } from 'vue'
import { lookAlikesAmong, plainLook } from '#shared/domain/text/lookAlikes'
import { usePeopleStore } from './people'
import { useSessionStore } from './session'

/** The known people whose name looks like another's. They are shown with their username. */
export const useLookAlikesStore = defineStore('lookAlikes', () => {
  const people = usePeopleStore()
  const session = useSessionStore()
  const look = shallowRef(remembered(plainLook))
  // The table is large and most names do not need it, so it is loaded after the page.
  import('#shared/domain/text/skeleton').then(({ skeletonOf }) => (look.value = remembered(skeletonOf))).catch(() => {})

  const alike = computed(() => {
    const everyone = Object.values(people.byId)
    return lookAlikesAmong(session.me ? [...everyone, session.me] : everyone, look.value)
  })

  /** The username to show beside a person's name. Null: the name is enough. */
  function usernameOf(id: string | null | undefined): string | null {
    if (!id || !alike.value.has(id)) return null
    return (people.byId[id] ?? session.me)?.username ?? null
  }

  return { usernameOf }
})

/** The same function, which computes each name once. */
function remembered(look: (name: string) => string): (name: string) => string {
  const looks = new Map<string, string>()
  return (name) => {
    const known = looks.get(name) ?? look(name)
    looks.set(name, known)
    return known
  }
}
