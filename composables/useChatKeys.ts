import { useEventListener } from '@vueuse/core'
import { isArchived } from '#shared/domain/attention'
import { useConversationsStore } from '~/stores/conversations'
import { useCommands } from './useCommands'
import { isLayerOpen } from './useLayer'
import { takesKeys } from './usePaneKeys'

/** The keys of all pages with chats: Alt+↑ and Alt+↓ open the next unread chat, `?` shows the keys. */
export function useChatKeys() {
  const route = useRoute()
  const conversations = useConversationsStore()
  const { keysOpen } = useCommands()

  useEventListener(
    window,
    'keydown',
    (event) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.isComposing || isLayerOpen()) return
      // With Shift the arrows move a pinned chat in the list.
      if (event.altKey && !event.shiftKey && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
        event.preventDefault()
        void openUnread(event.key === 'ArrowDown' ? 1 : -1)
      } else if (event.key === '?' && !event.altKey && !takesKeys(event.target)) {
        event.preventDefault()
        keysOpen.value = true
      }
    },
    { capture: true },
  )

  /** Opens the nearest unread chat below or above the open one. At the end of the list it goes on at the other end. */
  async function openUnread(step: 1 | -1) {
    const list = conversations.sorted
    const here = list.findIndex(({ id }) => id === route.params.id)
    for (let distance = 1; distance <= list.length; distance++) {
      const start = here < 0 && step < 0 ? list.length : here
      const chat = list[(start + step * distance + list.length * 2) % list.length]!
      const isUnread = (chat.me.unread > 0 || chat.me.markedUnread) && !isArchived(chat.me, chat.lastSeq)
      if (isUnread && chat.id !== route.params.id) return navigateTo(`/c/${chat.id}`)
    }
  }
}
