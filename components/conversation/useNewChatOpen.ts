/** Whether the dialog for a new chat is open. The sidebar, the empty pane and the empty list open the same one. */
export const useNewChatOpen = () => useState('new-chat-open', () => false)
