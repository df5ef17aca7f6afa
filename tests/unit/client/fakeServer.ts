import type { User } from '#shared/schemas/account'
import type { Conversation } from '#shared/schemas/conversation'
import type { Message } from '#shared/schemas/message'
import type { Scheduled } from '#shared/schemas/scheduled'
import type { ServerEvent } from '#shared/protocol/server'
import { ERROR_STATUS } from '#shared/errors'
import { FakeFiles } from './fakeFiles'
import type { FakeSocket } from './fakeSocket'
import { directView, scheduledOf, type Talk } from './fakeViews'
import { ErrorAnswer } from './errorAnswer'

export { ErrorAnswer }
export type { Talk }

const id = (n: number) => n.toString(16).padStart(24, '0')
export const ANN = person(1, 'ann')
export const BOB = person(2, 'bob')
const SYNC_PAGE = 200

export function person(n: number, username: string): User {
  return { id: id(n), username, displayName: username, about: '', avatarUrl: null, lastSeenAt: null }
}

/** The server at the boundary: what the contract says, in memory, with faults to be had for the asking. */
export class FakeServer {
  readonly talks = new Map<string, Talk>()
  readonly scheduled = new Map<string, Scheduled>()
  readonly sockets = new Set<FakeSocket>()
  readonly requests: { method: string; path: string; body: unknown }[] = []
  readonly frames: { type: string; data: Record<string, unknown> }[] = []
  signedIn: User | null = ANN
  /** The access token: false is a 401 until it is refreshed. */
  accessValid = true
  reachable = true
  socketsAllowed = true
  silent = false
  /** Decides on a send before it is done; throw a ErrorAnswer. */
  onSend: (input: {
    clientId: string
    text: string
    uploadIds?: string[]
    replyToId?: string | null
  }) => void | Promise<void> = () => {}
  /** What becomes of each event on its way: deliver, lose, or something of the test's own. */
  onEvent: (deliver: () => void) => void = (deliver) => deliver()
  /** Waits before a request is answered. */
  beforeAnswer: (path: string) => Promise<void> = async () => {}
  protected ids = 100
  readonly files = new FakeFiles(() => id(this.ids++))

  talk(members = [ANN.id, BOB.id], messages = 0): Talk {
    const talk: Talk = { id: id(this.ids++), members, messages: [], seq: 0, rev: 0, read: {} }
    this.talks.set(talk.id, talk)
    for (let n = 1; n <= messages; n++) this.write(talk, BOB.id, `m${n}`)
    return talk
  }

  /** Without telling anyone. */
  write(talk: Talk, senderId: string, text: string, clientId: string | null = null): Message {
    const message: Message = {
      id: id(this.ids++),
      conversationId: talk.id,
      seq: ++talk.seq,
      rev: ++talk.rev,
      clientId,
      kind: 'text',
      notice: null,
      senderId,
      text,
      attachments: [],
      heardBy: [],
      replyTo: null,
      threadId: null,
      replies: 0,
      forwardedFrom: null,
      mentions: text.includes('@ann') ? [ANN.id] : [],
      mentionsAll: false,
      reactions: [],
      pinned: false,
      preview: null,
      editedAt: null,
      deletedAt: null,
      createdAt: new Date(Date.UTC(2026, 0, 1) + talk.seq * 1000).toISOString(),
    }
    talk.messages.push(message)
    return message
  }

  say(talk: Talk, senderId: string, text: string, clientId: string | null = null): Message {
    const message = this.write(talk, senderId, text, clientId)
    this.emit(talk.members, { type: 'message.created', data: { message } })
    return message
  }

  /** What the conversation itself says. */
  notice(talk: Talk, senderId: string): void {
    const fields = { kind: 'system', notice: { action: 'joined', targetIds: [] } } as const
    const message = Object.assign(this.write(talk, senderId, ''), fields)
    this.emit(talk.members, { type: 'message.created', data: { message } })
  }

  edit(talk: Talk, seq: number, text: string): void {
    this.rewrite(talk, seq, { text, mentions: text.includes('@ann') ? [ANN.id] : [] })
  }

  delete(talk: Talk, seq: number): void {
    this.rewrite(talk, seq, {
      text: '',
      mentions: [],
      reactions: [],
      pinned: false,
      deletedAt: '2026-01-02T00:00:00.000Z',
    })
  }

  /** Adds the person's reaction, or takes it back. */
  react(talk: Talk, seq: number, userId: string, emoji: string): void {
    const { reactions } = talk.messages.find((message) => message.seq === seq)!
    const others = reactions.filter((reaction) => reaction.emoji !== emoji)
    const before = reactions.find((reaction) => reaction.emoji === emoji)?.userIds ?? []
    const userIds = before.includes(userId) ? before.filter((other) => other !== userId) : [...before, userId]
    const now = userIds.length > 0 ? [{ emoji, count: userIds.length, userIds }] : []
    this.rewrite(talk, seq, { reactions: [...others, ...now] })
  }

  /** Pins a message, or takes the pin away. */
  pin(talk: Talk, seq: number): void {
    this.rewrite(talk, seq, { pinned: !talk.messages.find((message) => message.seq === seq)!.pinned })
  }

  private rewrite(talk: Talk, seq: number, fields: Partial<Message>): void {
    const at = talk.messages.findIndex((message) => message.seq === seq)
    if (talk.messages[at]!.deletedAt) return
    const message = { ...talk.messages[at]!, ...fields, rev: ++talk.rev }
    talk.messages[at] = message
    this.emit(talk.members, { type: 'message.updated', data: { message } })
  }

  read(talk: Talk, userId: string, seq: number): void {
    if (seq <= (talk.read[userId] ?? 0)) return
    talk.read[userId] = Math.min(seq, talk.seq)
    const data = { conversationId: talk.id, userId, lastReadSeq: talk.read[userId] }
    this.emit(talk.members, { type: 'read.updated', data })
  }

  /** Ann pins, mutes, archives or marks it, on any device. */
  changeMine(talk: Talk, fields: Talk['mine']): void {
    talk.mine = { ...talk.mine, ...fields }
    this.emit([ANN.id], { type: 'conversation.updated', data: { conversation: this.view(talk, ANN.id) } })
  }

  /** Ann types, on any device. */
  saveDraft(talk: Talk, text: string, replyToId: string | null = null): void {
    const updatedAt = new Date().toISOString()
    talk.draft = text === '' && !replyToId ? null : { text, replyToId, updatedAt }
    this.emit([ANN.id], { type: 'draft.updated', data: { conversationId: talk.id, draft: talk.draft } })
  }

  /** Ann writes a message for later, or cancels the one of this id. */
  schedule(talk: Talk, name: string): void {
    const scheduled = this.scheduled.delete(name) ? null : scheduledOf(talk.id, name)
    if (scheduled) this.scheduled.set(name, scheduled)
    this.emit([ANN.id], { type: 'scheduled.updated', data: { id: name, scheduled } })
  }

  leave(talk: Talk, userId: string): void {
    talk.members = talk.members.filter((member) => member !== userId)
    this.emit([userId], { type: 'conversation.removed', data: { conversationId: talk.id, reason: 'removed' } })
  }

  emit(userIds: string[], event: ServerEvent): void {
    for (const socket of this.sockets) {
      if (userIds.includes(socket.userId)) this.onEvent(() => socket.tell(event))
    }
  }

  view(talk: Talk, userId: string): Conversation {
    return directView(talk, userId, userId === ANN.id ? BOB : ANN)
  }

  async send(
    talkId: string,
    userId: string,
    input: { clientId: string; text: string; uploadIds?: string[] },
  ): Promise<Message> {
    await this.onSend(input)
    const talk = this.talks.get(talkId)
    if (!talk?.members.includes(userId)) throw new ErrorAnswer('NOT_FOUND')
    const sent = talk.messages.find((message) => message.senderId === userId && message.clientId === input.clientId)
    if (!sent) this.files.send(input.uploadIds ?? [])
    return sent ?? this.say(talk, userId, input.text, input.clientId)
  }

  /** Conversations of one answer to a sync. */
  listPage = Infinity

  sync(userId: string, revs: Record<string, number>, after = '') {
    const mine = [...this.talks.values()].filter((talk) => talk.members.includes(userId))
    const behind = mine.filter((talk) => talk.rev > (revs[talk.id] ?? Infinity))
    const changes = behind.map((talk) => {
      const found = talk.messages.filter((message) => message.rev > revs[talk.id]!).sort((a, b) => a.rev - b.rev)
      return [talk.id, { messages: found.slice(0, SYNC_PAGE), hasMore: found.length > SYNC_PAGE }]
    })
    const rest = mine.filter((talk) => talk.id > after).sort((a, b) => (a.id < b.id ? -1 : 1))
    const listed = rest.slice(0, this.listPage)
    return {
      conversations: listed.map((talk) => this.listed(talk, userId)),
      ...(listed.length < rest.length && { next: listed.at(-1)!.id }),
      changes: Object.fromEntries(changes),
      removed: Object.keys(revs).filter((talkId) => !mine.some((talk) => talk.id === talkId)),
    }
  }

  private listed(talk: Talk, userId: string): Conversation {
    const view = this.view(talk, userId)
    return talk.draft === undefined ? view : { ...view, me: { ...view.me, draft: talk.draft } }
  }

  page(talk: Talk, query: URLSearchParams) {
    const number = (name: string) => (query.has(name) ? Number(query.get(name)) : undefined)
    const [before, after, around, limit] = [number('before'), number('after'), number('around'), number('limit') ?? 50]
    const all = talk.messages
    if (after !== undefined) {
      const found = all.filter((message) => message.seq > after)
      return { messages: found.slice(0, limit), hasMore: found.length > limit }
    }
    if (around !== undefined) {
      const from = Math.max(
        0,
        Math.min(all.findIndex((message) => message.seq >= around) - limit / 2, all.length - limit),
      )
      return { messages: all.slice(from, from + limit), hasMore: all.length > limit }
    }
    const found = all.filter((message) => message.seq < (before ?? Infinity))
    return { messages: found.slice(-limit), hasMore: found.length > limit }
  }

  async fetch(path: string, init: RequestInit): Promise<Response> {
    const body = init.body ? JSON.parse(String(init.body)) : undefined
    if (!this.reachable) throw new TypeError('network')
    this.requests.push({ method: init.method!, path, body })
    try {
      const answer = structuredClone(await this.route(init.method!, new URL(path, 'http://host'), body))
      await this.beforeAnswer(path)
      if (!this.reachable) throw new TypeError('network')
      return answer === undefined ? new Response(null, { status: 204 }) : Response.json(answer)
    } catch (error) {
      if (!(error instanceof ErrorAnswer)) throw error
      const headers = error.retryAfter ? { 'retry-after': String(error.retryAfter) } : undefined
      const status = ERROR_STATUS[error.code]
      return Response.json(
        { statusCode: status, message: error.code, data: { code: error.code, issues: error.issues } },
        { status, headers },
      )
    }
  }

  protected async route(method: string, url: URL, body: any): Promise<unknown> {
    if (url.pathname === '/api/auth/refresh') {
      if (!this.signedIn) throw new ErrorAnswer('UNAUTHENTICATED')
      this.accessValid = true
      return { user: this.signedIn }
    }
    if (url.pathname === '/api/auth/login') {
      this.signedIn = body.login === 'bob' ? BOB : ANN
      this.accessValid = true
      return { user: this.signedIn }
    }
    if (url.pathname === '/api/auth/logout') {
      this.signedIn = null
      return undefined
    }
    if (!this.signedIn || !this.accessValid) throw new ErrorAnswer('UNAUTHENTICATED')
    const me = this.signedIn.id
    if (url.pathname === '/api/me') return { user: (this.signedIn = { ...this.signedIn, ...avatarOf(body) }) }
    if (url.pathname.startsWith('/api/uploads')) return this.files.route(method, url.pathname, body)
    if (url.pathname === '/api/scheduled') return { scheduled: [...this.scheduled.values()] }
    if (url.pathname === '/api/sync') return this.sync(me, body.conversations, body.after)
    const [, talkId, what] = url.pathname.match(/^\/api\/conversations\/(\w+)(?:\/(\w+))?$/) ?? []
    const talk = this.talks.get(talkId ?? '')
    if (!talk?.members.includes(me)) throw new ErrorAnswer('NOT_FOUND')
    if (what === 'messages')
      return method === 'POST' ? { message: await this.send(talk.id, me, body) } : this.page(talk, url.searchParams)
    if (what === 'read') return void this.read(talk, me, body.seq)
    if (what === 'draft') return void this.saveDraft(talk, body.text, body.replyToId)
    if (what === 'me') {
      this.changeMine(talk, body)
      return { conversation: this.view(talk, me) }
    }
    return { conversation: this.view(talk, me), members: [] }
  }

  async answer(userId: string, type: string, data: any): Promise<unknown> {
    this.frames.push({ type, data })
    if (type === 'message.send') return { message: await this.send(data.conversationId, userId, data) }
    if (type === 'conversation.read') this.read(this.talks.get(data.conversationId)!, userId, data.seq)
    if (type === 'presence.watch') return { presence: {} }
    if (type === 'ping') return { time: new Date().toISOString() }
    return {}
  }

  dropSockets(code = 1006): void {
    for (const socket of [...this.sockets]) socket.end(code)
  }
}

const avatarOf = (body: any): Partial<User> =>
  body?.avatarUploadId === undefined ? {} : { avatarUrl: body.avatarUploadId && `/api/files/${body.avatarUploadId}` }
