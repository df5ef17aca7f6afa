import type { InjectionKey } from 'vue'
import type { Message } from '#shared/schemas/message'

/** What the composer is about, besides writing something new. */
export type Composing = { kind: 'reply' | 'edit'; message: Message } | null

interface Composer {
  about: Readonly<Ref<Composing>>
  begin(kind: 'reply' | 'edit', message: Message): void
  /** @returns whether there was something to end */
  end(): boolean
}

const KEY: InjectionKey<Composer> = Symbol('composing')

/** Provides what the composer of an open chat is about. Menus of messages begin it; the composer shows and ends it. */
export function provideComposing(): Composer {
  const about = shallowRef<Composing>(null)
  const composer: Composer = {
    about,
    begin: (kind, message) => (about.value = { kind, message }),
    end() {
      const was = about.value !== null
      about.value = null
      return was
    },
  }
  provide(KEY, composer)
  return composer
}

export function useComposing(): Composer {
  return inject(KEY)!
}
