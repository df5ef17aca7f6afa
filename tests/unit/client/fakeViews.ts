import type { User } from '#shared/schemas/account'
import type { Conversation, Draft } from '#shared/schemas/conversation'
import type { Message } from '#shared/schemas/message'
import type { Scheduled } from '#shared/schemas/scheduled'

/** A conversation of the fake server. */
export interface Talk {
  id: string
  members: string[]
  messages: Message[]
  seq: number
  rev: number
  read: Record<string, number>
  /** Ann's settings of it in her list. */
  mine?: Partial<Conversation['me']>
  /** Ann's draft. Undefined: no test has asked for one. */
  draft?: Draft | null
}

/** The messages of others that somebody can read and has not read: as the contract says it. */
function unreadOf(talk: Talk, userId: string): Message[] {
  const read = talk.read[userId] ?? 0
  const counts = ({ kind, deletedAt, senderId }: Talk['messages'][number]) =>
    kind === 'text' && !deletedAt && senderId !== userId
  return talk.messages.filter((message) => message.seq > read && counts(message))
}

/** A direct conversation as one of the two sees it. */
export function directView(talk: Talk, userId: string, peer: User): Conversation {
  const unread = unreadOf(talk, userId)
  const mentionSeqs = unread.filter(({ mentions }) => mentions.includes(userId)).map(({ seq }) => seq)
  return {
    id: talk.id,
    kind: 'direct',
    name: null,
    description: null,
    avatarUrl: null,
    ownerId: null,
    permissions: {},
    settings: {
      history: 'all',
      slowModeSeconds: 0,
      joinApproval: false,
      hideDeleted: false,
      notify: 'all',
      linkPreviews: true,
    },
    memberCount: 2,
    lastSeq: talk.seq,
    rev: talk.rev,
    lastMessage: talk.messages.at(-1) ?? null,
    peer,
    me: {
      role: 'member',
      rights: [],
      allow: [],
      deny: [],
      until: null,
      lastReadSeq: talk.read[userId] ?? 0,
      unread: unread.length,
      mentions: mentionSeqs.length,
      mentionSeqs,
      mutedUntil: null,
      notify: 'all',
      notifyChosen: false,
      follows: [],
      pinned: false,
      pinOrder: 0,
      archived: false,
      archivedSeq: 0,
      returnsWith: 'mention',
      markedUnread: false,
      clearedSeq: 0,
      ...talk.mine,
    },
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
  }
}

/** A message that Ann has written for later. */
export function scheduledOf(conversationId: string, id: string): Scheduled {
  const at = '2026-12-24T18:00:00.000Z'
  const waits = { state: 'waiting', reason: null } as const
  return { id, conversationId, at, clientId: id, text: id, uploadIds: [], replyToId: null, ...waits, createdAt: at }
}
