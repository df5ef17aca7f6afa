import type { Conversation, Member } from '#shared/schemas/conversation'
import type {
  AuditEntry,
  AuditQuery,
  Ban,
  ChangeGroupInput,
  ChangeMemberInput,
  CreateGroupInput,
  InviteWish,
  Invite,
  InvitePreview,
  JoinRequest,
} from '#shared/schemas/group'
import type { Api } from './api'

/** The result of an invite: I am in the group, or I wait for approval. */
export type InviteOutcome = { conversation: Conversation } | { pending: true }

/** Requests about groups: members, invites, bans and requests to join. Every one throws ApiError. */
export function groupRequests(api: Api) {
  const at = (id: string, path = '') => `/api/conversations/${id}${path}`
  const conversation = async (answer: Promise<{ conversation: Conversation }>) => (await answer).conversation
  return {
    create: (input: Omit<CreateGroupInput, 'kind'>) =>
      conversation(api.request('POST', '/api/conversations', { body: { kind: 'group', ...input } })),
    change: (id: string, body: ChangeGroupInput) => conversation(api.request('PATCH', at(id), { body })),
    delete: (id: string) => api.request<void>('DELETE', at(id)),
    handOver: (id: string, userId: string) => conversation(api.request('POST', at(id, '/owner'), { body: { userId } })),

    members: async (id: string) => (await api.request<{ members: Member[] }>('GET', at(id, '/members'))).members,
    addMembers: async (id: string, userIds: string[]) =>
      (await api.request<{ members: Member[] }>('POST', at(id, '/members'), { body: { userIds } })).members,
    changeMember: async (id: string, userId: string, body: ChangeMemberInput) =>
      (await api.request<{ member: Member }>('PATCH', at(id, `/members/${userId}`), { body })).member,
    removeMember: (id: string, userId: string) => api.request<void>('DELETE', at(id, `/members/${userId}`)),

    bans: async (id: string) => (await api.request<{ bans: Ban[] }>('GET', at(id, '/bans'))).bans,
    ban: (id: string, userId: string) => api.request<void>('PUT', at(id, `/bans/${userId}`)),
    unban: (id: string, userId: string) => api.request<void>('DELETE', at(id, `/bans/${userId}`)),

    invites: async (id: string) => (await api.request<{ invites: Invite[] }>('GET', at(id, '/invites'))).invites,
    createInvite: async (id: string, body: InviteWish) =>
      (await api.request<{ invite: Invite }>('POST', at(id, '/invites'), { body })).invite,
    revokeInvite: (id: string, inviteId: string) => api.request<void>('DELETE', at(id, `/invites/${inviteId}`)),
    previewInvite: async (token: string) =>
      (await api.request<{ invite: InvitePreview }>('GET', `/api/invites/${token}`, { anonymous: true })).invite,
    acceptInvite: (token: string) => api.request<InviteOutcome>('POST', `/api/invites/${token}/accept`),

    requests: async (id: string) =>
      (await api.request<{ requests: JoinRequest[] }>('GET', at(id, '/requests'))).requests,
    approve: (id: string, userId: string) => api.request<void>('PUT', at(id, `/requests/${userId}`)),
    refuse: (id: string, userId: string) => api.request<void>('DELETE', at(id, `/requests/${userId}`)),

    audit: async (id: string, query: Partial<AuditQuery>) =>
      (await api.request<{ entries: AuditEntry[] }>('GET', at(id, '/audit'), { query: { ...query } })).entries,
  }
}
