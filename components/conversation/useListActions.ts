import { isArchived, isMuted } from '#shared/domain/attention'
import type { Conversation } from '#shared/schemas/conversation'
import { useBlocksStore } from '~/stores/blocks'
import { useClock } from '~/stores/clock'
import { useConversationsStore } from '~/stores/conversations'
import { useAttempt } from '../common/useAttempt'
import { useToasts } from '../common/useToasts'
import { muteEnd, type Mute } from './muteTimes'

/** What the reader can do with a chat of the list, by its menu, by keys, by swiping and dragging. */
export function useListActions() {
  const conversations = useConversationsStore()
  const blocks = useBlocksStore()
  const clock = useClock()
  const { t } = useI18n()
  const { toast } = useToasts()
  const { attemptEach } = useAttempt({ INVALID: 'list.tooManyPins' })
  /** Said to screen readers: where a moved chat is now. */
  const said = useState('list-said', () => '')

  const isUnread = ({ me }: Conversation) => me.unread > 0 || me.markedUnread
  const archived = ({ me, lastSeq }: Conversation) => isArchived(me, lastSeq)
  const muted = ({ me }: Conversation) => isMuted(me, clock.now())
  const pinned = () => conversations.sorted.filter((one) => one.me.pinned && !archived(one))

  const pin = ({ id, me }: Conversation) => attemptEach(() => conversations.changeMine(id, { pinned: !me.pinned }))

  function toggleUnread(conversation: Conversation) {
    const { id, lastSeq } = conversation
    if (!isUnread(conversation)) return attemptEach(() => conversations.changeMine(id, { markedUnread: true }))
    conversations.markRead(id, lastSeq)
    return conversation.me.markedUnread && attemptEach(() => conversations.changeMine(id, { markedUnread: false }))
  }

  const archive = (conversation: Conversation) =>
    attemptEach(async () => {
      const isBack = archived(conversation)
      await conversations.changeMine(conversation.id, { archived: !isBack })
      toast(t(isBack ? 'list.unarchived' : 'list.archived'))
    })

  const returnWithAny = ({ id, me }: Conversation) =>
    attemptEach(() =>
      conversations.changeMine(id, { returnsWith: me.returnsWith === 'message' ? 'mention' : 'message' }),
    )

  const mute = ({ id }: Conversation, how: Mute) =>
    attemptEach(() => conversations.changeMine(id, { mutedUntil: muteEnd(how, clock.now()) }))
  const unmute = ({ id, me }: Conversation) =>
    attemptEach(() =>
      conversations.changeMine(id, { mutedUntil: null, ...(me.notify === 'none' && { notify: 'default' as const }) }),
    )
  const countMentions = ({ id, me }: Conversation) =>
    attemptEach(() => conversations.changeMine(id, { notify: me.notify === 'mentions' ? 'all' : 'mentions' }))

  const clear = ({ id, lastSeq }: Conversation) =>
    attemptEach(() => conversations.changeMine(id, { clearedSeq: lastSeq }))

  const unblock = (userId: string) => attemptEach(() => blocks.unblock(userId))

  /** The place that a pinned chat would take by a step up or down. Null: there is none. */
  function stepTo({ id }: Conversation, step: 1 | -1): number | null {
    const ids = pinned().map((one) => one.id)
    const at = ids.indexOf(id) + step
    return ids.includes(id) && at >= 0 && at < ids.length ? at : null
  }

  /** Puts a pinned chat to a place among the pinned ones. */
  function movePin(id: string, to: number) {
    const others = pinned().flatMap((one) => (one.id === id ? [] : one.id))
    return attemptEach(async () => {
      await conversations.orderPins(others.toSpliced(to, 0, id))
      said.value = t('list.moved', { n: to + 1, of: others.length + 1 })
    })
  }

  function step(conversation: Conversation, by: 1 | -1) {
    const to = stepTo(conversation, by)
    return to !== null && movePin(conversation.id, to)
  }

  return {
    said,
    isUnread,
    isArchived: archived,
    isMuted: muted,
    pinned,
    pin,
    toggleUnread,
    archive,
    returnWithAny,
    mute,
    unmute,
    countMentions,
    clear,
    unblock,
    stepTo,
    movePin,
    step,
  }
}
