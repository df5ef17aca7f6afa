import {
  Bookmark,
  CheckCheck,
  CircleCheck,
  Copy,
  Download,
  Forward,
  Link,
  MessagesSquare,
  Pencil,
  Pin,
  PinOff,
  Reply,
  SmilePlus,
  Trash,
} from '@lucide/vue'
import type { Component } from 'vue'
import type { Conversation } from '#shared/schemas/conversation'
import type { Message } from '#shared/schemas/message'
import { useRights } from '~/composables/useRights'
import { useMessagesStore } from '~/stores/messages/messages'
import { usePinsStore } from '~/stores/pins'
import { useSessionStore } from '~/stores/session'
import { useAttempt } from '../common/useAttempt'
import { untilTime } from '../common/times'
import { useMentionNames } from '../common/useMentions'
import { useMinute } from '../common/useMinute'
import { useNumbers } from '../common/useNumbers'
import { useToasts } from '../common/useToasts'
import { useComposing } from '../composer/useComposing'
import { useChatContext } from './useChatContext'
import { useCopy } from './useCopiedText'
import { useDeleteMessages } from './useDeleteMessages'
import { useReaders } from './useReaders'
import { useSelection } from './useSelection'

export type MessageDialog = 'seen' | 'reactors' | 'picker'

/** One line of the menu of a message. */
export interface MessageAction {
  /** The test's name of it. */
  name: string
  icon: Component
  label: string
  run: (message: Message) => void
  isShown: boolean
  /** It opens a dialog or a field, which takes the focus. */
  moves?: true
  /** The address of a file, for a link. */
  href?: string
  download?: string
}

/**
 * What the reader can do with a message. Called in setup.
 * @param show opens a dialog about a message
 */
export function useMessageActions({
  conversation,
  message: getMessage,
  show,
}: {
  conversation: () => Conversation
  message: () => Message | null
  show: (dialog: MessageDialog, message: Message) => void
}) {
  const { t, locale } = useI18n()
  const session = useSessionStore()
  const messages = useMessagesStore()
  const pins = usePinsStore()
  const rights = useRights(() => conversation().id)
  const composing = useComposing()
  const selection = useSelection()
  const chat = useChatContext()
  const { toast } = useToasts()
  const { attemptEach: attemptToPin } = useAttempt({ INVALID: 'pins.full' })
  const { attemptEach: attemptToSave } = useAttempt({ INVALID: 'saved.full' })
  const { counted } = useNumbers()
  const copy = useCopy()
  const named = useMentionNames()
  const deleteMessages = useDeleteMessages()
  const { readersOf, readAt } = useReaders(conversation)
  const now = useMinute()

  /** The number of people who have read the reader's own message in a group. */
  const seenBy = computed(() => {
    const message = getMessage()
    const isMine = conversation().kind === 'group' && message?.senderId === session.me?.id
    return isMine ? readersOf(message!.seq).seen.length : null
  })

  async function save({ id }: Message) {
    if (!(await attemptToSave(() => messages.setSaved(id, true)))) return
    toast(t('saved.done'), 'done', { label: t('saved.show'), run: () => void navigateTo('/saved') })
  }

  const actions = computed<MessageAction[]>(() => {
    const message = getMessage()
    if (!message) return []
    const readTime = message.senderId === session.me?.id ? readAt(message.seq) : null
    const voice = message.attachments.find(({ kind }) => kind === 'voice')
    const all: MessageAction[] = [
      {
        name: 'message-reply',
        icon: Reply,
        label: t('message.reply'),
        run: (one) => composing.begin('reply', one),
        isShown: rights.canWriteText.allowed,
        moves: true,
      },
      {
        name: 'message-thread',
        icon: MessagesSquare,
        label: t('thread.open'),
        run: ({ id }) => chat.openThread(id),
        isShown: message.replies > 0 || message.threadId !== null,
        moves: true,
      },
      {
        name: 'message-copy',
        icon: Copy,
        label: t('message.copy'),
        run: ({ text }) => void copy(named(text)),
        isShown: message.text !== '',
      },
      {
        name: 'message-forward',
        icon: Forward,
        label: t('forward.action'),
        run: (one) => (selection.forwarding.value = [one]),
        isShown: true,
        moves: true,
      },
      {
        name: 'message-select',
        icon: CircleCheck,
        label: t('selection.begin'),
        run: (one) => selection.begin(one),
        isShown: true,
      },
      {
        name: 'message-copy-link',
        icon: Link,
        label: t('message.copyLink'),
        run: ({ seq }) => void copy(`${location.origin}/c/${conversation().id}?m=${seq}`),
        isShown: true,
      },
      {
        name: 'message-pin',
        icon: message.pinned ? PinOff : Pin,
        label: t(message.pinned ? 'pins.unpin' : 'pins.pin'),
        run: (one) => void attemptToPin(() => pins.setPinned(one, !one.pinned)),
        isShown: rights.can('pin'),
      },
      {
        name: 'message-save',
        icon: Bookmark,
        label: t('saved.save'),
        run: (one) => void save(one),
        isShown: true,
      },
      {
        name: 'voice-download',
        icon: Download,
        label: t('voice.download'),
        run: () => {},
        isShown: voice !== undefined,
        href: `${voice?.url}?download`,
        download: voice?.name,
      },
      {
        name: 'message-edit',
        icon: Pencil,
        label: t('message.edit'),
        run: (one) => composing.begin('edit', one),
        isShown: rights.canEdit(message).allowed,
        moves: true,
      },
      {
        name: 'message-seen-by',
        icon: CheckCheck,
        label: counted('message.seenBy', seenBy.value ?? 0),
        run: (one) => show('seen', one),
        isShown: seenBy.value !== null,
        moves: true,
      },
      {
        name: 'message-read-at',
        icon: CheckCheck,
        label: readTime ? t('message.readAt', { when: untilTime(readTime, now.value, locale.value) }) : '',
        run: () => {},
        isShown: readTime !== null,
      },
      {
        name: 'message-reactors',
        icon: SmilePlus,
        label: t('message.reactions'),
        run: (one) => show('reactors', one),
        isShown: message.reactions.length > 0,
        moves: true,
      },
      {
        name: 'message-delete',
        icon: Trash,
        label: t('common.delete'),
        run: (one) => deleteMessages([one]),
        isShown: rights.canDelete(message).allowed,
      },
    ]
    return all.filter(({ isShown }) => isShown)
  })

  return actions
}
