import { Keyboard, Moon, Settings, SquarePen, Sun } from '@lucide/vue'
import { watchDebounced } from '@vueuse/core'
import { matchesPerson } from '#shared/domain/names'
import { isEmptySearch, parseSearch } from '#shared/domain/search/query'
import type { User } from '#shared/schemas/account'
import type { Conversation } from '#shared/schemas/conversation'
import type { SearchResult } from '#shared/schemas/search'
import { useConversationsStore } from '~/stores/conversations'
import { usePeopleStore } from '~/stores/people'
import { useSessionStore } from '~/stores/session'
import { useCommands } from '~/composables/useCommands'
import { avatarOf, isNotes, titleOf } from '../common/conversationTitle'
import { unfinishedFilter, type Entry, type Section } from './entries'

/** The most chats, people and commands that are listed before the messages. */
const MAX_EACH = 5
/** The most values that are offered for a filter. */
const MAX_VALUES = 8
const DEBOUNCE_MS = 150

/** Everything that matches what is typed, in sections: chats, people, commands, messages. */
export function useEntries(typed: Ref<string>, results: Readonly<Ref<readonly SearchResult[]>>) {
  const { t } = useI18n()
  const conversations = useConversationsStore()
  const people = usePeopleStore()
  const session = useSessionStore()
  const colorMode = useColorMode()
  const { newChatOpen, keysOpen } = useCommands()
  const found = shallowRef<readonly User[]>([])
  let turn = 0

  const filter = computed(() => unfinishedFilter(typed.value))
  /** What a name must match. Null: filters are typed, which are about messages only. */
  const name = computed(() => {
    const text = typed.value.trim()
    return isEmptySearch({ ...parseSearch(text), terms: [] }) ? text : null
  })
  const wanted = computed(() => (filter.value?.name === 'from' ? filter.value.value : name.value))

  watchDebounced(wanted, findPeople, { debounce: DEBOUNCE_MS, immediate: true })

  /** Without an answer, the people whom this browser knows are offered. */
  async function findPeople(text: string | null) {
    const mine = ++turn
    if (!text && filter.value?.name !== 'from') found.value = []
    else {
      const known = () => Object.values(people.byId).filter((person) => matchesPerson(person, text ?? ''))
      const answer = await people.search(text ?? '').catch(known)
      if (mine === turn) found.value = answer
    }
  }

  function matches(conversation: Conversation, text: string): boolean {
    return matchesPerson({ username: conversation.peer?.username ?? '', displayName: titleOf(conversation) }, text)
  }

  const chats = computed<Entry[]>(() => {
    if (name.value === null) return []
    const matching = conversations.sorted.filter((one) => matches(one, name.value!))
    return matching.slice(0, MAX_EACH).map((conversation) => ({ kind: 'chat', key: conversation.id, conversation }))
  })

  const persons = computed<Entry[]>(() => {
    if (!name.value) return []
    const listed = new Set(conversations.sorted.map(({ peer }) => peer?.id))
    return found.value
      .filter(({ id }) => id !== session.me?.id && !listed.has(id))
      .slice(0, MAX_EACH)
      .map((person) => ({ kind: 'person', key: person.id, person }))
  })

  const commands = computed<Entry[]>(() => {
    const dark = colorMode.value === 'dark'
    const all = [
      { key: 'new', icon: SquarePen, label: t('newChat.title'), run: () => (newChatOpen.value = true) },
      { key: 'settings', icon: Settings, label: t('settings.title'), run: () => void navigateTo('/settings') },
      {
        key: 'look',
        icon: dark ? Sun : Moon,
        label: t(dark ? 'account.toLight' : 'account.toDark'),
        run: () => (colorMode.preference = dark ? 'light' : 'dark'),
      },
      { key: 'keys', icon: Keyboard, label: t('keys.title'), run: () => (keysOpen.value = true) },
    ]
    return all
      .filter(({ label }) => name.value !== null && matchesPerson({ username: '', displayName: label }, name.value))
      .map((command) => ({ kind: 'command', ...command }))
  })

  const values = computed<Entry[]>(() => {
    if (!filter.value) return []
    const { value } = filter.value
    const offered =
      filter.value.name === 'from'
        ? found.value.map((person) => ({ ...person, text: person.username, label: person.displayName }))
        : conversations.sorted
            .filter((one) => !isNotes(one) && matches(one, value))
            .map((one) => ({ id: one.id, text: titleOf(one), label: titleOf(one), avatar: avatarOf(one) }))
    return offered.slice(0, MAX_VALUES).map((one) => ({
      kind: 'value',
      key: one.id,
      label: one.label,
      text: one.text,
      avatar: 'avatar' in one ? one.avatar : { id: one.id, name: one.label, url: one.avatarUrl },
    }))
  })

  const sections = computed<Section[]>(() => {
    const messages = results.value.map((result): Entry => ({ kind: 'message', key: result.message.id, result }))
    const all = filter.value
      ? [{ title: t(`search.filter.${filter.value.name}`), entries: values.value }]
      : [
          { title: t('search.chats'), entries: chats.value },
          { title: t('search.people'), entries: persons.value },
          { title: t('search.commands'), entries: commands.value },
          { title: t('search.messages'), entries: messages },
        ]
    return all.filter(({ entries }) => entries.length > 0)
  })

  return { sections, isFiltering: computed(() => filter.value !== null) }
}
