/** Whether the dialog that starts a chat is open: the sidebar, the empty pane and the empty list all open the same one. */
export const useNewChatOpen = () => useState('new-chat-open', () => false)
