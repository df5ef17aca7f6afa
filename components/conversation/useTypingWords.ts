import type { Conversation } from '#shared/schemas/conversation'
import { usePresenceStore } from '~/stores/presence'
import { useFaces } from '../common/useFaces'

/** Says who is typing. Empty while nobody is, or while no name is known. In a direct chat the name is left out. */
export function useTypingWords(conversation: () => Conversation) {
  const { t } = useI18n()
  const presence = usePresenceStore()
  const typing = computed(() => presence.typing(conversation().id))
  const isGroup = () => conversation().kind === 'group'
  const face = useFaces(() => (isGroup() ? typing.value.slice(0, 2) : []))

  return computed(() => {
    const [one, two] = typing.value
    if (!one) return ''
    if (!isGroup()) return t('presence.typing')
    const names = { one: face(one).label, two: face(two).label }
    if (!names.one) return ''
    if (!two || !names.two) return t('presence.typingOne', { name: names.one })
    if (typing.value.length === 2) return t('presence.typingTwo', names)
    return t('presence.typingMany', { n: typing.value.length }, typing.value.length)
  })
}
