import { can } from '#shared/domain/permissions'
import { standingOf } from '#shared/domain/standing'
import { EVERYBODY, mentionedIds, namesAll } from '#shared/domain/text/mentions'
import type { ConversationRecord } from '../../repositories/conversations'
import type { MembershipRecord } from '../../repositories/memberships'

/**
 * Whom a text mentions: the members among the people that it names, and everybody if its author may mention all. Others
 * stay as text and notify nobody.
 * @param members by user id; it has all members among `mentionedIds(text)`
 * @param now milliseconds since the epoch
 * @returns what a message record has as `mentions`
 */
export function mentionsIn(
  text: string,
  conversation: ConversationRecord,
  author: MembershipRecord,
  members: ReadonlyMap<string, MembershipRecord>,
  now: number,
): string[] {
  const named = mentionedIds(text).filter((id) => members.has(id))
  const all = namesAll(text) && can(conversation, standingOf(author), 'mentionAll', now).allowed
  return all ? [...named, EVERYBODY] : named
}
