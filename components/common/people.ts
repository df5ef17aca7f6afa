import type { User } from '#shared/schemas/account'
import { usePeopleStore } from '~/stores/people'

/** How a person is shown: enough for CommonAvatar and a name beside it. */
export interface Face {
  id: string
  name: string
  url: string | null
}

export function faceOf({ id, displayName, avatarUrl }: User): Face {
  return { id, name: displayName, url: avatarUrl }
}

/**
 * Names and pictures by id. Whoever of `ids` is not known yet is asked for, and has no name until the answer is here;
 * one who does not exist is "Someone". Called in setup.
 */
export function useFaces(ids: () => readonly (string | null | undefined)[]) {
  const { t } = useI18n()
  const people = usePeopleStore()

  watch(
    () => [...new Set(ids())].filter((id) => id && !people.byId[id]).join(),
    (missing) => missing && people.ensure(missing.split(',')),
    { immediate: true },
  )

  return function face(id: string | null | undefined): Face {
    const known = id ? people.byId[id] : undefined
    if (known) return faceOf(known)
    const name = !id || people.missing.has(id) ? t('person.unknown') : ''
    return { id: id ?? '', name, url: null }
  }
}
