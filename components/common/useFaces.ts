import type { User } from '#shared/schemas/account'
import { useLookAlikesStore } from '~/stores/lookAlikes'
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

/** A face with the name for sentences: with the username if another name looks the same. */
export interface NamedFace extends Face {
  label: string
}

/**
 * Gives names and pictures by id. People of `ids` who are not known yet are fetched, and have no name until the answer
 * is here. People who do not exist are "Someone". Called in setup.
 */
export function useFaces(ids: () => readonly (string | null | undefined)[]) {
  const { t } = useI18n()
  const people = usePeopleStore()
  const lookAlikes = useLookAlikesStore()

  watch(
    () => [...new Set(ids())].filter((id) => id && !people.byId[id]).join(),
    (missing) => {
      if (missing) people.ensure(missing.split(','))
    },
    { immediate: true },
  )

  return function face(id: string | null | undefined): NamedFace {
    const known = id ? people.byId[id] : undefined
    const name = known?.displayName ?? (!id || people.missing.has(id) ? t('person.unknown') : '')
    const username = lookAlikes.usernameOf(id)
    return { id: id ?? '', name, url: known?.avatarUrl ?? null, label: username ? `${name} @${username}` : name }
  }
}
