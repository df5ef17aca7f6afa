import type { InjectionKey } from 'vue'
import { isMedia, lookOf } from '#shared/domain/files'
import type { Attachment, Message } from '#shared/schemas/message'
import { useMessagesStore } from '~/stores/messages/messages'
import { useSharedStore } from '~/stores/shared'

/** A picture or film with the message that it came with. */
interface Exhibit {
  message: Message
  file: Attachment
}

interface Lightbox {
  current: Readonly<Ref<Exhibit | null>>
  hasPrevious: Readonly<Ref<boolean>>
  hasNext: Readonly<Ref<boolean>>
  open(message: Message, fileId: string): void
  step(by: 1 | -1): void
  close(): void
}

const KEY: InjectionKey<Lightbox> = Symbol('lightbox')
/** More is fetched when only this many are left in a direction. */
const FETCH_MORE_AT = 3
const SIDES = ['before', 'after'] as const

/** Provides a chat's lightbox: one picture or film after the other. It fetches older and newer ones on the way. */
export function provideLightbox(conversationId: string): Lightbox {
  const shared = useSharedStore()
  const store = useMessagesStore()
  /** Ascending: the messages around the one that is shown. */
  const messages = shallowRef<readonly Message[]>([])
  const fileId = ref<string | null>(null)
  const more = reactive({ before: true, after: true })
  let fetching = { before: false, after: false }

  const deleted = computed(
    () => new Set(store.history(conversationId)?.messages.flatMap(({ id, deletedAt }) => (deletedAt ? id : []))),
  )
  const exhibits = computed(() =>
    messages.value
      .filter(({ id }) => !deleted.value.has(id))
      .flatMap((message) => message.attachments.filter(isExhibit).map((file) => ({ message, file }))),
  )
  const at = computed(() => exhibits.value.findIndex(({ file }) => file.id === fileId.value))
  const current = computed(() => exhibits.value[at.value] ?? null)

  async function fetch(side: 'before' | 'after') {
    const mine = fetching
    const edge = side === 'before' ? messages.value[0] : messages.value.at(-1)
    if (!edge || mine[side] || !more[side]) return
    mine[side] = true
    try {
      const page = await shared.page(conversationId, 'media', { [side]: edge.seq })
      if (mine !== fetching) return
      const found = side === 'before' ? page.messages.toReversed() : page.messages
      messages.value = side === 'before' ? [...found, ...messages.value] : [...messages.value, ...found]
      more[side] = page.hasMore
    } catch {
      // The next step tries again.
    } finally {
      mine[side] = false
    }
  }

  function look() {
    if (at.value < FETCH_MORE_AT) void fetch('before')
    if (exhibits.value.length - at.value <= FETCH_MORE_AT) void fetch('after')
  }

  const lightbox: Lightbox = {
    current,
    hasPrevious: computed(() => at.value > 0),
    hasNext: computed(() => at.value >= 0 && at.value < exhibits.value.length - 1),
    open(message, id) {
      fetching = { before: false, after: false }
      for (const side of SIDES) more[side] = true
      messages.value = [message]
      fileId.value = id
      look()
    },
    step(by) {
      const next = exhibits.value[at.value + by]
      if (next) fileId.value = next.file.id
      look()
    },
    close: () => (fileId.value = null),
  }
  provide(KEY, lightbox)
  return lightbox
}

export function useLightbox(): Lightbox {
  return inject(KEY)!
}

function isExhibit(file: Attachment): boolean {
  return isMedia(lookOf(file))
}
