import type { InjectionKey } from 'vue'
import type { Message, ReplyReference } from '#shared/schemas/message'
import type { NamedFace } from '../common/useFaces'

/** What every bubble of an open chat needs. */
export interface ChatContext {
  readonly conversationId: string
  readonly group: boolean
  /** Whether it is the reader's chat with themselves, in which nobody else reads. */
  readonly notes: boolean
  face(id: string | null): NamedFace
  /** The words of a system message. */
  words(message: Pick<Message, 'notice' | 'senderId' | 'text'>): string
  /** A quoted message as it is now. */
  quote(reference: ReplyReference): { name: string; text: string; hue: string }
  /** The message that is highlighted after a jump to it. */
  readonly pointedSeq: Readonly<Ref<number | null>>
  jump(seq: number): void
  openMember(id: string): void
  /** Whether I can react to messages here. */
  readonly canReact: Readonly<Ref<boolean>>
  /** Adds my reaction, or takes it back. A failure is said in a toast. */
  react(messageId: string, emoji: string): void
  /** Shows a message with its answers in the panel. */
  openThread(messageId: string): void
  /** Begins an answer. Null where I cannot write. */
  readonly reply: Readonly<Ref<((messageId: string) => void) | null>>
  /** The row keys of long texts that are unfolded. */
  readonly unfolded: Set<string>
  /**
   * Changes the height of an element, which stays where it is on the screen.
   * @param shift pixels by which it moves up besides
   */
  keepPosition(element: HTMLElement, change: () => void, shift?: number): void
  /** Opens a picture or film of a message in the lightbox. */
  openMedia(message: { id: string | null; seq: number | null }, fileId: string): void
}

const KEY: InjectionKey<ChatContext> = Symbol('chatContext')

export function provideChatContext(context: ChatContext) {
  provide(KEY, context)
}

export function useChatContext(): ChatContext {
  return inject(KEY)!
}
