import { isolated } from '#shared/domain/bidi'
import type { Message } from '#shared/schemas/message'
import { useSessionStore } from '~/stores/session'
import { useNumbers } from '../common/useNumbers'
import { useFaces } from '../common/useFaces'

/** Names of this many are told; of more, how many others there are. */
const MAX_NAMED = 3

/**
 * What a system message says, in the reader's language, to whom it names as "you"; nothing until all whom it names are
 * known.
 * @param messages whose people have to be known by name
 */
export function useNoticeWords(messages: () => readonly (Message | null | undefined)[]) {
  const { t } = useI18n()
  const { counted } = useNumbers()
  const session = useSessionStore()
  const face = useFaces(() =>
    messages().flatMap((message) =>
      message?.notice ? [message.senderId, ...message.notice.targetIds.slice(0, MAX_NAMED)] : [],
    ),
  )

  const nameOf = (id: string | null, you: 'youActor' | 'youTarget') =>
    id === session.me?.id ? t(`notice.${you}`) : isolated(face(id).label)

  return function words({ notice, senderId, text }: Pick<Message, 'notice' | 'senderId' | 'text'>): string {
    if (!notice) return text
    const { action, targetIds, name = '' } = notice
    const told = targetIds.length > MAX_NAMED ? targetIds.slice(0, MAX_NAMED - 1) : targetIds
    const names = told.map((id) => nameOf(id, 'youTarget'))
    if (![senderId, ...told].every((id) => face(id).name)) return ''
    const others = targetIds.length - told.length
    if (others > 0) names.push(counted('notice.others', others))
    const targets =
      names.length > 1 ? t('notice.and', { some: names.slice(0, -1).join(', '), last: names.at(-1) }) : (names[0] ?? '')
    return t(`notice.${action}`, { actor: nameOf(senderId, 'youActor'), targets, name })
  }
}
