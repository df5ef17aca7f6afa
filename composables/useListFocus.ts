/** Moves the focus to a conversation's line in the list, from outside of the list. */
export function useListFocus() {
  const wanted = useState<string | null>('list-focus', () => null)

  /** The line takes the focus if it is drawn now. */
  async function focusInList(conversationId: string): Promise<void> {
    wanted.value = conversationId
    await nextTick()
    wanted.value = null
  }

  /** Called in setup of a line. */
  function onListFocus(conversationId: () => string, focus: () => void): void {
    watch(wanted, (id) => {
      if (id === conversationId()) focus()
    })
  }

  return { focusInList, onListFocus }
}
