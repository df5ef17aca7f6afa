import { isolated } from '#shared/domain/bidi'
import { splitNamed } from '#shared/domain/groups'
import type { Message } from '#shared/schemas/message'
import { useSessionStore } from '~/stores/session'
import { useNumbers } from '../common/useNumbers'
import { useFaces } from '../common/useFaces'

/**
 * Puts system messages into words, in the reader's language. The reader is "you" where a message names them. The words
 * are empty until everybody whom the message names is known.
 * @param messages the people in them are fetched if they are not known yet
 */
export function useNoticeWords(messages: () => readonly (Message | null | undefined)[]) {
  const { t } = useI18n()
  const { counted } = useNumbers()
  const session = useSessionStore()
  const face = useFaces(() =>
    messages().flatMap((message) =>
      message?.notice ? [message.senderId, ...splitNamed(message.notice.targetIds).named] : [],
    ),
  )

  const nameOf = (id: string | null, you: 'youActor' | 'youTarget') =>
    id === session.me?.id ? t(`notice.${you}`) : isolated(face(id).label)

  return function words({ notice, senderId, text }: Pick<Message, 'notice' | 'senderId' | 'text'>): string {
    if (!notice) return text
    const { action, targetIds, name = '' } = notice
    const { named, others } = splitNamed(targetIds)
    const names = named.map((id) => nameOf(id, 'youTarget'))
    if (![senderId, ...named].every((id) => face(id).name)) return ''
    if (others > 0) names.push(counted('notice.others', others))
    const targets =
      names.length > 1 ? t('notice.and', { some: names.slice(0, -1).join(', '), last: names.at(-1) }) : (names[0] ?? '')
    return t(`notice.${action}`, { actor: nameOf(senderId, 'youActor'), targets, name })
  }
}
