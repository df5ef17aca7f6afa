import { defineStore } from 'pinia'
import type { AuditEntry, AuditQuery, Ban, InviteWish, Invite, InvitePreview, JoinRequest } from '#shared/schemas/group'
import type { InviteOutcome } from '~/client/http/groups'
import { useConversationsStore } from './conversations'
import { useMembersStore } from './members'
import { usePeopleStore } from './people'
import { useTab } from './tab'

/** Bans, invites, requests to join and the log of a group. Each view has its own list; the store keeps none. */
export const useModerationStore = defineStore('moderation', () => {
  const tab = useTab()
  const conversations = useConversationsStore()
  const members = useMembersStore()
  const people = usePeopleStore()
  const requestsOf = () => tab.client().groups

  /** Who is banned, newest first. @throws ApiError: FORBIDDEN */
  async function bans(id: string): Promise<Ban[]> {
    const list = await requestsOf().bans(id)
    people.remember(list.flatMap(({ user, bannedBy }) => [user, bannedBy]))
    return list
  }

  /** Bans a person, member or not. @throws ApiError: FORBIDDEN, NOT_FOUND, CONFLICT */
  function ban(id: string, userId: string): Promise<void> {
    return members.gone(id, userId, () => requestsOf().ban(id, userId))
  }

  /** @throws ApiError: FORBIDDEN, NOT_FOUND when there is no ban (any more) */
  function unban(id: string, userId: string): Promise<void> {
    return requestsOf().unban(id, userId)
  }

  /** The links into a group, newest first. @throws ApiError: FORBIDDEN */
  function invites(id: string): Promise<Invite[]> {
    return requestsOf().invites(id)
  }

  /** @throws ApiError: FORBIDDEN, INVALID */
  function createInvite(id: string, input: InviteWish = {}): Promise<Invite> {
    return requestsOf().createInvite(id, input)
  }

  /** @throws ApiError: FORBIDDEN, NOT_FOUND */
  function revokeInvite(id: string, inviteId: string): Promise<void> {
    return requestsOf().revokeInvite(id, inviteId)
  }

  /** Who asks to come in, oldest first. @throws ApiError: FORBIDDEN */
  async function requests(id: string): Promise<JoinRequest[]> {
    const list = await requestsOf().requests(id)
    people.remember(list.map(({ user }) => user))
    return list
  }

  /** @throws ApiError: FORBIDDEN, NOT_FOUND when someone else was faster, CONFLICT for a full group */
  function approve(id: string, userId: string): Promise<void> {
    return requestsOf().approve(id, userId)
  }

  /** @throws ApiError: FORBIDDEN, NOT_FOUND when someone else was faster */
  function refuse(id: string, userId: string): Promise<void> {
    return requestsOf().refuse(id, userId)
  }

  /**
   * A page of who changed what, newest first; `before` is the id of the last entry of the page before.
   * @throws ApiError: FORBIDDEN
   */
  async function audit(id: string, query: Partial<AuditQuery> = {}): Promise<AuditEntry[]> {
    const entries = await requestsOf().audit(id, query)
    people.remember(entries.flatMap(({ actor, target }) => [actor, target]))
    return entries
  }

  /**
   * The group of an invite, for people who have its link. In the browser only.
   * @throws ApiError: NOT_FOUND when it leads nowhere any more
   */
  function previewInvite(token: string): Promise<InvitePreview> {
    return requestsOf().previewInvite(token)
  }

  /**
   * Follows an invite.
   * @throws ApiError: UNAUTHENTICATED, NOT_FOUND, FORBIDDEN for the banned, CONFLICT for a full group
   */
  async function acceptInvite(token: string): Promise<InviteOutcome> {
    const since = conversations.mark()
    const outcome = await requestsOf().acceptInvite(token)
    if ('conversation' in outcome) conversations.take(outcome.conversation, since)
    return outcome
  }

  return {
    bans,
    ban,
    unban,
    invites,
    createInvite,
    revokeInvite,
    requests,
    approve,
    refuse,
    audit,
    previewInvite,
    acceptInvite,
  }
})
