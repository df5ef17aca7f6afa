import { useEventListener } from '@vueuse/core'
import type { ReferenceElement } from 'reka-ui'
import { useConversationsStore } from '~/stores/conversations'
import type { MenuAnchor } from '../message/useMessageMenu'
import type { useListActions } from './useListActions'

/**
 * The keys of a line of the list, with Alt and Shift: P pins, U marks as unread, A archives, M asks how long to mute, and
 * the arrows move a pinned chat. A letter alone goes to the composer.
 */
export function useListKeys(
  list: Readonly<Ref<HTMLElement | null>>,
  actions: ReturnType<typeof useListActions>,
  askMute: (id: string, anchor: MenuAnchor) => void,
) {
  const conversations = useConversationsStore()

  useEventListener(list, 'keydown', (event: KeyboardEvent) => {
    if (!event.altKey || !event.shiftKey || event.ctrlKey || event.metaKey) return
    const row = (event.target as Element).closest<HTMLElement>('[data-row]')
    const conversation = row && conversations.byId[row.dataset.row!]
    if (!conversation) return
    const run: Record<string, () => unknown> = {
      KeyP: () => actions.pin(conversation),
      KeyU: () => actions.toggleUnread(conversation),
      KeyA: () => actions.archive(conversation),
      KeyM: () =>
        actions.isMuted(conversation)
          ? actions.unmute(conversation)
          : askMute(conversation.id, { reference: row as ReferenceElement, from: row.querySelector('a') }),
      ArrowUp: () => actions.step(conversation, -1),
      ArrowDown: () => actions.step(conversation, 1),
    }
    // On some keyboards these keys write other letters with Alt.
    if (!run[event.code]) return
    event.preventDefault()
    void run[event.code]!()
  })
}
