import type { Conversation, Member } from '#shared/schemas/conversation'
import { useConversationsStore } from '~/stores/conversations'
import { useMembersStore } from '~/stores/members'
import { useSessionStore } from '~/stores/session'

/** Derives how far the others of a chat have read. Called in setup. */
export function useReaders(conversation: () => Conversation) {
  const session = useSessionStore()
  const members = useMembersStore()
  const conversations = useConversationsStore()

  /** The other members of a group, empty until they are loaded. */
  const others = computed(() => (members.of(conversation().id) ?? []).filter(({ user }) => user.id !== session.me?.id))
  const reads = computed(() => conversations.reads[conversation().id] ?? {})

  /** A newcomer counts as having read everything before they joined. */
  const readUpTo = ({ user, lastReadSeq }: Member) => Math.max(lastReadSeq, reads.value[user.id] ?? 0)

  /** The seq up to which everybody else has read. 0: there is nobody else, or it is not known. */
  const readByAll = computed(() => {
    const { kind, peer } = conversation()
    // Nobody else reads the reader's own notes.
    if (kind === 'direct') return peer?.id === session.me?.id ? 0 : (reads.value[peer?.id ?? ''] ?? 0)
    return others.value.length === 0 ? 0 : Math.min(...others.value.map(readUpTo))
  })

  /** Who of the others has read a message, and who has not. */
  function readersOf(seq: number): { seen: Member[]; unseen: Member[] } {
    const hasRead = (member: Member) => readUpTo(member) >= seq
    return { seen: others.value.filter(hasRead), unseen: others.value.filter((member) => !hasRead(member)) }
  }

  /** When the other person of a direct chat has read a message. Null: they have not, or it is not known any more. */
  function readAt(seq: number): string | null {
    const { id, kind, peer } = conversation()
    if (kind !== 'direct' || !peer || peer.id === session.me?.id) return null
    const step = conversations.readSteps[id]?.[peer.id]
    return step && seq > step.after && seq <= readByAll.value ? step.at : null
  }

  return { readByAll, readersOf, readAt }
}
