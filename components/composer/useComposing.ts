import type { InjectionKey } from 'vue'
import type { Message } from '#shared/schemas/message'
import { useDraftReply } from '~/composables/useDraft'
import { useMessagesStore } from '~/stores/messages/messages'

/** What the composer is about, besides writing something new. */
export type Composing = { kind: 'reply' | 'edit'; message: Message } | null

interface Composer {
  about: Readonly<Ref<Composing>>
  /** Grows when the reader begins or ends something. News of other devices does not count. */
  turns: Readonly<Ref<number>>
  begin(kind: 'reply' | 'edit', message: Message): void
  /** Ends the editing, or else the answering. @returns whether there was something to end */
  end(): boolean
}

const KEY: InjectionKey<Composer> = Symbol('composing')

/**
 * Provides what the composer of an open chat is about. Menus of messages begin it; the composer shows and ends it. Which
 * message is answered belongs to the draft, so it is the same after a reload and on other devices.
 */
export function provideComposing(conversationId: string): Composer {
  const messages = useMessagesStore()
  const replyToId = useDraftReply(conversationId)
  const edited = shallowRef<Message | null>(null)
  /** As it was when the reader began to answer it. It may leave the part of the history that is loaded. */
  const begun = shallowRef<Message | null>(null)
  const turns = ref(0)
  const answered = computed(() => {
    const id = replyToId.value
    if (!id) return null
    const found = messages.history(conversationId)?.messages.find((message) => message.id === id)
    if (found) return found.deletedAt ? null : found
    return begun.value?.id === id ? begun.value : null
  })

  const about = computed<Composing>(() => {
    if (edited.value) return { kind: 'edit', message: edited.value }
    return answered.value && { kind: 'reply', message: answered.value }
  })

  const composer: Composer = {
    about,
    turns,
    begin(kind, message) {
      edited.value = kind === 'edit' ? message : null
      if (kind === 'reply') {
        begun.value = message
        replyToId.value = message.id
      }
      turns.value++
    },
    end() {
      const was = about.value !== null
      if (edited.value) edited.value = null
      else replyToId.value = null
      if (was) turns.value++
      return was
    },
  }
  provide(KEY, composer)
  return composer
}

export function useComposing(): Composer {
  return inject(KEY)!
}
