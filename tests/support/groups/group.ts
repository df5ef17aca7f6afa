import type { Conversation, Member } from '#shared/schemas/conversation'
import type { Message } from '#shared/schemas/message'
import type { Invite } from '#shared/schemas/group'
import { newClientId, register, type Answer, type Person } from '../person'

/** Registers several people at once. */
export function people<const N extends readonly string[]>(
  baseUrl: string,
  ...names: N
): Promise<{ [K in keyof N]: Person }> {
  return Promise.all(names.map((name) => register(baseUrl, name))) as Promise<{ [K in keyof N]: Person }>
}

/** Expects an answer to be a success. @returns its body */
export async function ok<T = any>(asked: Promise<Answer<T>>): Promise<T> {
  const answer = await asked
  if (answer.status >= 300) throw new Error(`${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
}

/** Expects an answer to be an error. @returns its status and code */
export async function refused(asked: Promise<Answer>): Promise<[status: number, code: string]> {
  const { status, body } = await asked
  return [status, body?.data?.code]
}

/** A group that tests use over HTTP. */
export class TestGroup {
  constructor(readonly id: string) {}

  static async make(owner: Person, members: Person[], name = 'The group'): Promise<TestGroup> {
    const memberIds = members.map(({ user }) => user.id)
    const { conversation } = await ok(owner.post('/api/conversations', { kind: 'group', name, memberIds }))
    return new TestGroup(conversation.id)
  }

  path(rest = ''): string {
    return `/api/conversations/${this.id}${rest}`
  }

  async seenBy(person: Person): Promise<Conversation> {
    return (await ok(person.get(this.path()))).conversation
  }

  async members(person: Person): Promise<Member[]> {
    return (await ok(person.get(this.path('/members')))).members
  }

  async history(person: Person, query = ''): Promise<Message[]> {
    return (await ok(person.get(this.path(`/messages?limit=100${query}`)))).messages
  }

  change(actor: Person, fields: object) {
    return actor.request('PATCH', this.path(), fields)
  }

  changeMember(actor: Person, target: Person, fields: object) {
    return actor.request('PATCH', this.path(`/members/${target.user.id}`), fields)
  }

  add(actor: Person, ...targets: Person[]) {
    return actor.post(this.path('/members'), { userIds: targets.map(({ user }) => user.id) })
  }

  remove(actor: Person, target: Person) {
    return actor.request('DELETE', this.path(`/members/${target.user.id}`))
  }

  ban(actor: Person, target: Person) {
    return actor.request('PUT', this.path(`/bans/${target.user.id}`))
  }

  unban(actor: Person, target: Person) {
    return actor.request('DELETE', this.path(`/bans/${target.user.id}`))
  }

  handOver(actor: Person, target: Person) {
    return actor.post(this.path('/owner'), { userId: target.user.id })
  }

  post(person: Person, text = 'hello', more: object = {}) {
    return person.post(this.path('/messages'), { clientId: newClientId(), text, ...more })
  }

  edit(person: Person, messageId: string, text: string) {
    return person.request('PATCH', this.path(`/messages/${messageId}`), { text })
  }

  erase(person: Person, messageId: string) {
    return person.request('DELETE', this.path(`/messages/${messageId}`))
  }

  async invite(actor: Person, fields: object = {}): Promise<{ id: string; token: string; invite: Invite }> {
    const { invite } = await ok(actor.post(this.path('/invites'), fields))
    return { id: invite.id, token: invite.url.split('/').at(-1), invite }
  }

  /**
   * Everything that the API says about the group, except when its members were last online. It must be the same before and
   * after a refused request.
   */
  async state(owner: Person): Promise<unknown> {
    const parts = ['', '/members', '/messages?limit=100', '/bans', '/invites', '/requests', '/audit?limit=100']
    const answers = await Promise.all(parts.map((part) => ok(owner.get(this.path(part)))))
    return JSON.parse(JSON.stringify(answers, (name, value) => (name === 'lastSeenAt' ? null : value)))
  }
}

export function accept(person: Person, token: string) {
  return person.post(`/api/invites/${token}/accept`)
}
