import { defineStore } from 'pinia'
import type { Member } from '#shared/schemas/conversation'
import type { ChangeMemberInput } from '#shared/schemas/group'
import { sortedMembers, type MemberNews } from '~/client/roster'
import { useConnectionStore } from './sync/connection'
import { useConversationsStore } from './conversations'
import { useRosters } from './rosters'
import { useTab } from './tab'

/** Who is in the conversations that were opened in this tab, with their roles and rights. */
export const useMembersStore = defineStore('members', () => {
  const tab = useTab()
  const connection = useConnectionStore()
  const conversations = useConversationsStore()
  const rosters = useRosters()

  /** Members by rank, then by name; undefined until they are loaded. */
  function of(conversationId: string): readonly Member[] | undefined {
    const roster = rosters.byId[conversationId]
    return roster && sortedMembers(roster)
  }

  function byUser(conversationId: string, userId: string): Member | undefined {
    return rosters.byId[conversationId]?.get(userId)
  }

  /** Fetches the list unless it is here or on its way. @throws ApiError */
  async function load(id: string): Promise<void> {
    await rosters.settled(id)
    if (!rosters.byId[id]) await fetchList(id)
  }

  async function fetchList(id: string): Promise<void> {
    await rosters.during(
      id,
      () => tab.client().groups.members(id),
      (members) => members,
    )
    count(id, 0)
  }

  /**
   * After events may have been missed: the open conversation's list is fetched again, any other when it is opened.
   * Never throws.
   */
  async function refresh(): Promise<void> {
    const { openId, byId } = conversations
    for (const id of Object.keys(rosters.byId)) if (id !== openId && !rosters.isFresh(id)) rosters.drop(id)
    if (!openId || byId[openId]?.kind !== 'group') return
    await rosters.settled(openId)
    // Without a socket every look at the server is such a time.
    const isStale = !rosters.byId[openId] || (connection.isOpen && !rosters.isFresh(openId))
    if (isStale) await fetchList(openId).catch(() => {})
  }

  /** Applies the news of an event. */
  function apply(id: string, news: MemberNews): void {
    rosters.apply(id, news)
    count(id, news.kind === 'joined' ? 1 : news.kind === 'left' ? -1 : 0)
  }

  /** Sets the member count: the size of the list if it is loaded, else the count before plus the change. */
  function count(id: string, change: number): void {
    conversations.setMemberCount(id, (before) => rosters.byId[id]?.size ?? before + change)
  }

  function applyAnswer(id: string, news: MemberNews, since: number): void {
    rosters.applyAnswer(id, news, since)
    count(id, 0)
  }

  /**
   * Adds people to a group, all of them or none.
   * @throws ApiError: FORBIDDEN, NOT_FOUND, CONFLICT for a banned person or a full group
   */
  async function add(id: string, userIds: string[]): Promise<void> {
    const since = rosters.mark()
    const members = await tab.client().groups.addMembers(id, userIds)
    for (const member of members) applyAnswer(id, { kind: 'joined', member }, since)
  }

  /**
   * Changes a member's role or single rights; what is not named stays.
   * @throws ApiError: FORBIDDEN, NOT_FOUND, CONFLICT, INVALID
   */
  async function change(id: string, userId: string, input: ChangeMemberInput): Promise<void> {
    const since = rosters.mark()
    const member = await tab.client().groups.changeMember(id, userId, input)
    applyAnswer(id, { kind: 'updated', member }, since)
  }

  /** Removes a member. @throws ApiError: FORBIDDEN, NOT_FOUND, CONFLICT */
  async function remove(id: string, userId: string): Promise<void> {
    await gone(id, userId, () => tab.client().groups.removeMember(id, userId))
  }

  /** Runs an action that ends a membership. */
  async function gone(id: string, userId: string, request: () => Promise<void>): Promise<void> {
    const since = rosters.mark()
    await request()
    const member = byUser(id, userId)
    if (member) applyAnswer(id, { kind: 'left', member }, since)
  }

  return { of, byUser, load, refresh, apply, add, change, remove, gone, beginEpoch: rosters.beginEpoch }
})
