import type { InjectionKey } from 'vue'
import { withNames } from '#shared/domain/text/mentions'
import { usePeopleStore } from '~/stores/people'

/** Whom a message mentions, as the server says. Null for one that the server does not have yet. */
export interface Mentioned {
  userIds: readonly string[]
  all: boolean
}

const KEY: InjectionKey<Readonly<Ref<Mentioned | null>>> = Symbol('mentioned')

/** Tells the parts of a message's text whom it mentions. */
export function provideMentioned(mentioned: Readonly<Ref<Mentioned | null>>): void {
  provide(KEY, mentioned)
}

export function useMentioned(): Readonly<Ref<Mentioned | null>> {
  return inject(KEY)!
}

/** Puts the names of people in the place of mentions, for lists, quotes and copies. Called in setup. */
export function useMentionNames(): (text: string) => string {
  const people = usePeopleStore()
  return (text) => withNames(text, (id) => people.byId[id]?.displayName ?? '')
}
