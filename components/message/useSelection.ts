import type { InjectionKey, ShallowRef } from 'vue'
import { LIMITS } from '#shared/limits'
import type { Message } from '#shared/schemas/message'
import { useLayer } from '~/composables/useLayer'

interface Selection {
  /** The chosen messages in the order of the conversation. Null: none are being chosen. */
  readonly chosen: Readonly<ShallowRef<readonly Message[] | null>>
  /** The messages for which the reader chooses chats to forward them to. */
  readonly forwarding: ShallowRef<readonly Message[] | null>
  begin(message: Message): void
  /** Adds messages; a single one that is chosen is taken out. More than can be forwarded are not added. */
  toggle(messages: readonly Message[]): void
  /** @returns whether there was something to end */
  end(): boolean
}

const KEY: InjectionKey<Selection> = Symbol('selection')

/** Provides what is selected in an open chat. */
export function provideSelection(): Selection {
  const chosen = shallowRef<readonly Message[] | null>(null)
  const forwarding = shallowRef<readonly Message[] | null>(null)

  function toggle(messages: readonly Message[]) {
    const before = chosen.value ?? []
    const [only] = messages
    const isTakenOut = messages.length === 1 && before.some(({ id }) => id === only!.id)
    const others = before.filter(({ id }) => !messages.some((message) => message.id === id))
    const next = isTakenOut ? others : [...others, ...messages.slice(0, LIMITS.forwardMessages - others.length)]
    chosen.value = next.length > 0 ? next.sort((one, other) => one.seq - other.seq) : null
  }

  const selection: Selection = {
    chosen,
    forwarding,
    begin: (message) => (chosen.value = [message]),
    toggle,
    end() {
      const was = chosen.value !== null
      chosen.value = null
      return was
    },
  }
  // Going back ends the choosing, as it closes a panel.
  useLayer(() => chosen.value !== null, selection.end, false)
  provide(KEY, selection)
  return selection
}

export function useSelection(): Selection {
  return inject(KEY)!
}
