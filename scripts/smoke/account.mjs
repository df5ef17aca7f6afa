import { randomUUID } from 'node:crypto'

const GROUP = 'Smoke test'

/** The person as whom the smoke test signs in. */
export class SmokeAccount {
  cookie = ''
  user = null

  constructor(origin) {
    this.origin = origin
  }

  /** Signs in, or registers. @param login the username; by default that of somebody new with a random password */
  static async open(origin, login = `smoke${Date.now().toString(36)}`, password = randomUUID()) {
    const account = new SmokeAccount(origin)
    const known = await account.enter('/api/auth/login', { login, password })
    if (known === 200) return account
    const body = { email: `${login}@example.com`, username: login, displayName: 'Smoke test', password }
    const status = await account.enter('/api/auth/register', body)
    if (status !== 201) throw new Error(`signing in answered ${known}, registering ${status}`)
    return account
  }

  async enter(path, body) {
    const response = await this.fetch('POST', path, body)
    const answer = await response.json()
    if (!response.ok) return response.status
    this.user = answer.user
    this.cookie = response.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
    return response.status
  }

  /** The id of their own group, in which they are alone. */
  async conversation() {
    const { conversations } = await this.ask('GET', '/api/conversations')
    const found = conversations.find(({ name }) => name === GROUP)
    if (found) return found.id
    const { conversation } = await this.ask('POST', '/api/conversations', { kind: 'group', name: GROUP, memberIds: [] })
    return conversation.id
  }

  /** Calls the API. @returns the body of the answer @throws when the status is not one of success */
  async ask(method, path, body) {
    const response = await this.fetch(method, path, body)
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`)
    return text ? JSON.parse(text) : null
  }

  fetch(method, path, body) {
    const headers = { ...(this.cookie && { Cookie: this.cookie }), ...(body && { 'Content-Type': 'application/json' }) }
    return fetch(new URL(path, this.origin), {
      method,
      headers,
      body: body && JSON.stringify(body),
      redirect: 'follow',
    })
  }
}
