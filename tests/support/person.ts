import { randomBytes } from 'node:crypto'
import type { User } from '#shared/schemas/account'
import type { Conversation } from '#shared/schemas/conversation'
import type { Message } from '#shared/schemas/message'
import { connect, type TestSocket } from './socket'

export interface Answer<T = any> {
  status: number
  headers: Headers
  /** Parsed JSON, or undefined for an empty body. */
  body: T
}

/** A person's browser without a page: it keeps cookies and calls the HTTP API. */
export class Person {
  readonly cookies = new Map<string, string>()
  user!: User

  constructor(readonly baseUrl: string) {}

  async request<T = any>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<T>> {
    const response = await fetch(this.baseUrl + path, {
      method,
      redirect: 'manual',
      headers: {
        ...(this.cookies.size > 0 && { cookie: this.cookieHeader() }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    })
    for (const line of response.headers.getSetCookie()) this.keep(line)
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json')
    return {
      status: response.status,
      headers: response.headers,
      body: text && isJson ? JSON.parse(text) : text || undefined,
    }
  }

  get<T = any>(path: string) {
    return this.request<T>('GET', path)
  }

  post<T = any>(path: string, body?: unknown) {
    return this.request<T>('POST', path, body)
  }

  /** Sends a form as a browser without JavaScript does. */
  submit(path: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
    const type = { 'content-type': 'application/x-www-form-urlencoded' }
    return this.request<string>('POST', path, new URLSearchParams(fields).toString(), { ...type, ...headers })
  }

  cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /** The same browser on another server. */
  at(baseUrl: string): Person {
    return Object.assign(new Person(baseUrl), { cookies: new Map(this.cookies), user: this.user })
  }

  /** Opens a socket of this browser and waits for its hello. */
  connect(): Promise<TestSocket> {
    return connect(this.baseUrl, { cookie: this.cookieHeader() })
  }

  /** The direct conversation with another person. */
  async chatWith(other: Person): Promise<Conversation> {
    const answer = await this.post('/api/conversations', { kind: 'direct', userId: other.user.id })
    if (answer.status >= 300) throw new Error(`No conversation: ${JSON.stringify(answer.body)}`)
    return answer.body.conversation
  }

  /** Sends a text over HTTP. */
  async send(conversationId: string, text: string, clientId = newClientId()): Promise<Message> {
    const answer = await this.post(`/api/conversations/${conversationId}/messages`, { clientId, text })
    if (answer.status >= 300) throw new Error(`Not sent: ${JSON.stringify(answer.body)}`)
    return answer.body.message
  }

  private keep(line: string): void {
    const [pair] = line.split(';')
    const [name, ...value] = pair!.split('=')
    if (value.join('=') === '' || /max-age=0/i.test(line)) this.cookies.delete(name!)
    else this.cookies.set(name!, value.join('='))
  }
}

export const PASSWORD = 'correct horse battery'

let count = 0

/** Registers a new person with a unique username. */
export async function register(baseUrl: string, displayName = 'Test Person'): Promise<Person> {
  const person = new Person(baseUrl)
  const username = `person${++count}x${randomBytes(4).toString('hex')}`
  const answer = await person.post('/api/auth/register', {
    email: `${username}@example.com`,
    username,
    displayName,
    password: PASSWORD,
  })
  if (answer.status !== 201) throw new Error(`Not registered: ${answer.status} ${JSON.stringify(answer.body)}`)
  person.user = answer.body.user
  return person
}

/** Signs the same person in with another browser. */
export async function signIn(person: Person): Promise<Person> {
  const other = new Person(person.baseUrl)
  const answer = await other.post('/api/auth/login', { login: person.user.username, password: PASSWORD })
  if (answer.status !== 200) throw new Error(`Not signed in: ${JSON.stringify(answer.body)}`)
  other.user = answer.body.user
  return other
}

export function newClientId(): string {
  return randomBytes(12).toString('hex')
}
