import { matchesPerson, searchWordsOf } from '#shared/domain/names'
import { visibleFrom } from '#shared/domain/groups'
import { fold } from '#shared/domain/text/fold'
import { AppError } from '#shared/errors'
import { findConversations, type ConversationRecord } from '../../repositories/conversations'
import { findMembership, findMembershipsOf, type MembershipRecord } from '../../repositories/memberships'
import { findUsers, findUsersByWords } from '../../repositories/users'
import { peerIdOf } from '../conversations/view'

/** A conversation that is searched, and the `seq` up to which its messages are hidden from the searcher. */
export interface Searched {
  conversation: ConversationRecord
  membership: MembershipRecord
  from: number
}

/** The most people that a name can stand for. */
const MAX_NAMED = 50

/**
 * The conversations that a person searches: all of theirs, or one.
 * @param names with names, only conversations that match one of them
 * @throws AppError NOT_FOUND when they are not in the one conversation
 */
export async function searchedBy(
  userId: string,
  conversationId: string | undefined,
  names: readonly string[],
): Promise<Searched[]> {
  const memberships = conversationId ? await membershipIn(conversationId, userId) : await findMembershipsOf(userId)
  const membershipOf = new Map(memberships.map((one) => [one.conversationId.toString(), one]))
  const conversations = await findConversations(memberships.map((one) => one.conversationId))
  const named = names.length > 0 ? await namedOf(userId, conversations, names) : conversations
  return named.map((conversation) => {
    const membership = membershipOf.get(conversation._id.toString())!
    return { conversation, membership, from: visibleFrom(conversation.settings, membership) }
  })
}

async function membershipIn(conversationId: string, userId: string): Promise<MembershipRecord[]> {
  const membership = await findMembership(conversationId, userId)
  if (!membership) throw new AppError('NOT_FOUND')
  return [membership]
}

/** The conversations that match one of the names: by the name of the group, or by the other person's. */
async function namedOf(
  userId: string,
  conversations: readonly ConversationRecord[],
  names: readonly string[],
): Promise<ConversationRecord[]> {
  const peers = await findUsers(conversations.flatMap((one) => peerIdOf(one, userId) ?? []))
  const peerById = new Map(peers.map((peer) => [peer._id.toString(), peer]))
  return conversations.filter((conversation) => {
    const peer = peerById.get(peerIdOf(conversation, userId) ?? '')
    const person = peer ?? { username: '', displayName: conversation.name ?? '' }
    return names.some((name) => fold(name).trim() !== '' && matchesPerson(person, name))
  })
}

/**
 * The people that names stand for: the one with this username, or else all that are found by it.
 * @returns ids; empty when nobody has such a name
 */
export async function peopleNamed(userId: string, names: readonly string[]): Promise<Set<string>> {
  const found = await Promise.all(
    names.map(async (name) => {
      if (fold(name) === 'me') return [userId]
      const words = searchWordsOf(name)
      if (words.length === 0) return []
      const people = await findUsersByWords(words, MAX_NAMED)
      const exact = people.find(({ username }) => username === name.toLowerCase())
      return (exact ? [exact] : people).map(({ _id }) => _id.toString())
    }),
  )
  return new Set(found.flat())
}
