/** The pages of the chat. The browser draws them, so all of them have the same document. */
const CHAT_PAGES = /^\/(?:$|c\/|saved$|settings(?:\/|$))/

/** Whether a path leads to a page of the chat, which is for people who are signed in. */
export function isChatPage(pathname: string): boolean {
  return CHAT_PAGES.test(pathname)
}
