import { visibleFrom } from '#shared/domain/groups'
import { rightsOf, type Role } from '#shared/domain/permissions'
import type { User } from '#shared/schemas/account'
import type { Conversation, Member } from '#shared/schemas/conversation'
import type { Message } from '#shared/schemas/message'
import { standingOf } from '#shared/domain/standing'
import { ANN, BOB, FakeServer, ErrorAnswer, person, type Talk } from './fakeServer'

export const CAM = person(3, 'cam')
export const DEE = person(4, 'dee')
const EVERYONE = [ANN, BOB, CAM, DEE]

export interface Group extends Talk {
  name: string
  settings: Conversation['settings']
  permissions: Conversation['permissions']
  roster: Map<string, Member>
  joinedSeq: Record<string, number>
}

/** The server at the boundary, with groups. Ann is the one who looks on. */
export class GroupServer extends FakeServer {
  group(
    people: [User, Role][] = [
      [BOB, 'owner'],
      [ANN, 'member'],
    ],
    messages = 0,
  ): Group {
    const talk = this.talk(
      people.map(([{ id }]) => id),
      messages,
    )
    const roster = new Map(people.map(([user, role]) => [user.id, memberOf(user, role)]))
    const settings: Group['settings'] = {
      history: 'all',
      slowModeSeconds: 0,
      joinApproval: false,
      hideDeleted: false,
      notify: 'all',
      linkPreviews: true,
    }
    return Object.assign(talk, { name: 'Team', settings, permissions: {}, roster, joinedSeq: {} })
  }

  /** As the server does it: the others get an event, the new member gets the conversation, and all get the system message. */
  join(group: Group, user: User, role: Role = 'member'): void {
    const member = memberOf(user, role)
    group.roster.set(user.id, member)
    group.joinedSeq[user.id] = group.read[user.id] = group.seq
    this.emit(group.members, { type: 'member.joined', data: { conversationId: group.id, member } })
    group.members = [...group.members, user.id]
    this.emit([user.id], { type: 'conversation.created', data: { conversation: this.view(group, user.id) } })
  }

  remove(group: Group, user: User, reason = 'removed'): void {
    const member = group.roster.get(user.id)!
    group.roster.delete(user.id)
    group.members = group.members.filter((id) => id !== user.id)
    this.emit([user.id], { type: 'conversation.removed', data: { conversationId: group.id, reason } })
    this.emit(group.members, { type: 'member.left', data: { conversationId: group.id, member } })
  }

  change(
    group: Group,
    changes: Partial<Pick<Group, 'name' | 'permissions'>> & { settings?: Partial<Group['settings']> },
  ): void {
    Object.assign(group, changes, { settings: { ...group.settings, ...changes.settings } })
    for (const id of group.members) {
      this.emit([id], { type: 'conversation.updated', data: { conversation: this.view(group, id) } })
    }
  }

  changeMember(group: Group, user: User, changes: Partial<Member>): Member {
    const member = { ...group.roster.get(user.id)!, ...changes }
    group.roster.set(user.id, member)
    this.emit(group.members, { type: 'member.updated', data: { conversationId: group.id, member } })
    this.emit([user.id], { type: 'conversation.updated', data: { conversation: this.view(group, user.id) } })
    return member
  }

  changeMessage(group: Talk, messageId: string, fields: Partial<Message>): Message {
    const at = group.messages.findIndex(({ id }) => id === messageId)
    const message = { ...group.messages[at]!, ...fields, rev: ++group.rev }
    group.messages[at] = message
    this.emit(group.members, { type: 'message.updated', data: { message } })
    return message
  }

  override view(talk: Talk, userId: string): Conversation {
    const view = super.view(talk, userId)
    if (!isGroup(talk)) return view
    const { name, settings, permissions, roster } = talk
    const { role, allow, deny, until } = roster.get(userId)!
    const rights = rightsOf({ kind: 'group', permissions }, standingOf({ role, allow, deny, until }), Date.now())
    const visible = this.visible(talk, userId)
    const lastMessage = visible.findLast(({ deletedAt }) => !deletedAt) ?? visible.at(-1) ?? null
    const me = { ...view.me, role, allow, deny, until, rights }
    return {
      ...view,
      kind: 'group',
      name,
      settings,
      permissions,
      memberCount: roster.size,
      peer: null,
      lastMessage,
      me,
    }
  }

  visible(talk: Talk, userId: string): Message[] {
    const from = isGroup(talk) ? visibleFrom(talk.settings, { joinedSeq: talk.joinedSeq[userId] ?? 0 }) : 0
    return talk.messages.filter(({ seq }) => seq > from)
  }

  override page(talk: Talk, query: URLSearchParams) {
    return super.page({ ...talk, messages: this.visible(talk, this.signedIn!.id) }, query)
  }

  protected override async route(method: string, url: URL, body: any): Promise<unknown> {
    const [, area, id, what, which] = url.pathname.match(/^\/api\/(\w+)(?:\/([\w-]+))?(?:\/(\w+))?(?:\/(\w+))?$/) ?? []
    if (area === 'users') return { user: EVERYONE.find((user) => user.id === id) ?? refuse('NOT_FOUND') }
    if (area === 'invites') {
      const group = [...this.talks.values()].find(isGroup)!
      if (group.settings.joinApproval) return { pending: true }
      this.join(group, ANN)
      return { conversation: this.view(group, ANN.id) }
    }
    if (area === 'conversations' && method === 'POST' && !id) {
      const group = this.group([[ANN, 'owner']])
      group.name = body.name
      this.emit([ANN.id], { type: 'conversation.created', data: { conversation: this.view(group, ANN.id) } })
      for (const userId of body.memberIds)
        this.join(
          group,
          EVERYONE.find((user) => user.id === userId)!,
        )
      return { conversation: this.view(group, ANN.id) }
    }
    const group = this.talks.get(id ?? '')
    if (group && isGroup(group) && group.members.includes(ANN.id)) {
      if (what === 'members') return this.membersRoute(method, group, which, body)
      if (what === 'messages' && method === 'PATCH')
        return { message: this.changeMessage(group, which!, { text: body.text }) }
      if (what === 'messages' && method === 'DELETE')
        return void this.changeMessage(group, which!, { text: '', deletedAt: 'now' })
      if (!what && method === 'PATCH') return (this.change(group, body), { conversation: this.view(group, ANN.id) })
      if (!what && method === 'DELETE') {
        this.talks.delete(group.id)
        return this.emit(group.members, {
          type: 'conversation.removed',
          data: { conversationId: group.id, reason: 'deleted' },
        })
      }
      if (!what) return { conversation: this.view(group, ANN.id), members: [...group.roster.values()] }
    }
    return super.route(method, url, body)
  }

  private membersRoute(method: string, group: Group, userId: string | undefined, body: any): unknown {
    const user = EVERYONE.find(({ id }) => id === userId)
    if (method === 'PATCH') return { member: this.changeMember(group, user!, body) }
    if (method === 'DELETE') return this.remove(group, user!, user === ANN ? 'left' : 'removed')
    if (method === 'POST') {
      const named = EVERYONE.filter(({ id }) => body.userIds.includes(id))
      for (const each of named) if (!group.roster.has(each.id)) this.join(group, each)
      return { members: named.map(({ id }) => group.roster.get(id)) }
    }
    return { members: [...group.roster.values()] }
  }

  override async answer(userId: string, type: string, data: any): Promise<unknown> {
    if (type !== 'message.edit' && type !== 'message.delete') return super.answer(userId, type, data)
    this.frames.push({ type, data })
    const fields = type === 'message.edit' ? { text: data.text, editedAt: 'now' } : { text: '', deletedAt: 'now' }
    return { message: this.changeMessage(this.talks.get(data.conversationId)!, data.messageId, fields) }
  }
}

function isGroup(talk: Talk): talk is Group {
  return 'roster' in talk
}

function memberOf(user: User, role: Role): Member {
  return { user, role, allow: [], deny: [], until: null, joinedAt: '2026-01-01T00:00:00.000Z', lastReadSeq: 0 }
}

function refuse(code: 'NOT_FOUND'): never {
  throw new ErrorAnswer(code)
}
