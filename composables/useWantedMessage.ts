/** The message to show when its conversation is opened next. */
const useWanted = () => useState<{ conversationId: string; seq: number } | null>('wanted-message', () => null)

/** Gives a function that goes to a message from any page. Called in setup. */
export function useMessageLink() {
  const wanted = useWanted()
  const route = useRoute()
  return async (conversationId: string, seq: number) => {
    wanted.value = { conversationId, seq }
    await navigateTo(`/c/${conversationId}`, { replace: route.path === `/c/${conversationId}` })
  }
}

/** Goes to the wanted message of a conversation, as soon as its messages are loaded. */
export function useWantedMessage(conversationId: string, ready: () => boolean, jump: (seq: number) => void) {
  const wanted = useWanted()
  watch(
    () => (wanted.value?.conversationId === conversationId && ready() ? wanted.value.seq : null),
    async (seq) => {
      if (seq === null) return
      wanted.value = null
      // The list opens at its own position first.
      await nextTick()
      jump(seq)
    },
    { immediate: true, flush: 'post' },
  )
}
