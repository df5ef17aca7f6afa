import type { Message } from '#shared/schemas/message'
import { useConversationsStore } from '../conversations'
import { useTab } from '../tab'
import { useHistories } from './histories'

/** The most messages in which one to show in the list is looked for. */
const MAX_LOOKED_AT = 50
/** Not everybody asks in the moment in which a message is deleted. */
const ASK_WITHIN_MS = 1_500

/** Shows the message before in the list when the last one was deleted. Part of the messages store. */
export function messagePreviews() {
  const tab = useTab()
  const conversations = useConversationsStore()
  const histories = useHistories()

  return function onDeleted({ conversationId, id, seq }: Message): void {
    const isLast = () => conversations.byId[conversationId]?.lastMessage?.id === id
    if (!isLast()) return
    const view = histories.byId[conversationId]?.history.view
    const known = view && !view.hasNewer ? lastOf(view.messages) : undefined
    if (known) return show(known)
    const { environment, conversations: requests } = tab.client()
    environment.after(environment.random() * ASK_WITHIN_MS, async () => {
      if (!isLast()) return
      const query = { before: seq, limit: MAX_LOOKED_AT }
      const page = await requests.messages(conversationId, query).catch(() => null)
      const found = lastOf(page?.messages ?? [])
      if (found && isLast()) show(found)
    })
  }

  function show(lastMessage: Message): void {
    const conversation = conversations.byId[lastMessage.conversationId]
    if (conversation) conversations.upsert({ ...conversation, lastMessage })
  }
}

const lastOf = (messages: readonly Message[]) => messages.findLast(({ deletedAt }) => deletedAt === null)
