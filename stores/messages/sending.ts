import { cleanMessageText, isVisible } from '#shared/domain/text/clean'
import { LIMITS } from '#shared/limits'
import type { FileToSend, VoiceShape } from '~/client/uploads/types'
import { useClock } from '../clock'
import { useConversationsStore } from '../conversations'
import { usePresenceStore } from '../presence'
import { useTab } from '../tab'

/** How messages of mine go out. Part of the messages store. */
export function messageSending(onSent: (conversationId: string) => void) {
  const tab = useTab()
  const clock = useClock()
  const conversations = useConversationsStore()
  const presence = usePresenceStore()

  /** Sends a text as soon as may be; its bubble is there at once. */
  function send(conversationId: string, text: string, replyToId?: string): void {
    if (!isVisible(text) || conversations.removedReason(conversationId)) return
    enqueue(conversationId, cleanMessageText(text), replyToId, [])
  }

  /**
   * Sends files, with a text where there is one, as soon as all of them are with the server; the bubble is there at
   * once. More files than one message takes go with several, the text with the first. What may be sent and how large it
   * may be is for the page to say before (`useRights`, `whyNot`); otherwise it fails in its bubble.
   */
  function sendFiles(
    conversationId: string,
    { files, text, replyToId }: { files: readonly FileToSend[]; text: string; replyToId?: string | null },
  ): void {
    if (files.length === 0) return send(conversationId, text, replyToId ?? undefined)
    if (conversations.removedReason(conversationId)) return
    for (let at = 0; at < files.length; at += LIMITS.attachments) {
      const some = files.slice(at, at + LIMITS.attachments)
      if (at === 0) enqueue(conversationId, isVisible(text) ? cleanMessageText(text) : '', replyToId, some)
      else enqueue(conversationId, '', null, some)
    }
  }

  /** Sends a voice message. Resolves when it is safe in this browser: what it was made of may go then. */
  async function sendVoice(
    conversationId: string,
    { file, voice, replyToId }: { file: File; voice: VoiceShape; replyToId?: string | null },
  ): Promise<void> {
    if (conversations.removedReason(conversationId)) return
    const clientId = enqueue(conversationId, '', replyToId, [{ file, asFile: false, voice }])
    if (clientId) await tab.client().uploads?.kept(clientId)
  }

  /** @returns the id under which it waits */
  function enqueue(
    conversationId: string,
    text: string,
    replyToId: string | null | undefined,
    files: readonly FileToSend[],
  ) {
    const { environment, outbox, uploads } = tab.client()
    if (!outbox || !uploads) return null
    const clientId = environment.newId()
    const localIds = files.length > 0 ? uploads.add({ clientId, conversationId }, files) : []
    const createdAt = new Date(clock.now()).toISOString()
    outbox.add({ clientId, conversationId, text, replyToId: replyToId ?? null, uploads: localIds, createdAt })
    presence.typingDone(conversationId)
    onSent(conversationId)
    return clientId
  }

  /** Sends a failed message once more, with the files that failed. */
  function retry(clientId: string): void {
    const { outbox, uploads } = tab.client()
    uploads?.retry(clientId)
    outbox?.retry(clientId)
  }

  /** Deletes a message that is not sent yet, and gives up its files. */
  function discard(clientId: string): void {
    tab.client().outbox?.discard(clientId)
  }

  return { send, sendFiles, sendVoice, retry, discard }
}
