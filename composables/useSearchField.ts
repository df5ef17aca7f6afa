/** The search field on top of the list of chats. Its text stays while the reader looks at what was found. */
export function useSearchField() {
  const open = useState('search-open', () => false)
  const typed = useState('search-typed', () => '')
  /** Grows when the field is to take the focus. */
  const wanted = useState('search-wanted', () => 0)

  /** Opens the search, from anywhere. On a phone, it is on the page of the list. */
  async function focusSearch(isListShown: boolean): Promise<void> {
    if (!isListShown) await navigateTo('/')
    open.value = true
    wanted.value++
  }

  function close(): void {
    open.value = false
    typed.value = ''
  }

  return { open, typed, wanted, focusSearch, close }
}
