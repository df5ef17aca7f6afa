/** What the search, the keys and the buttons open: each is shown in one place of the layout. */
export function useCommands() {
  return {
    newChatOpen: useState('new-chat-open', () => false),
    keysOpen: useState('keys-open', () => false),
  }
}
