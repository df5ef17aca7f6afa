import { randomBytes } from 'node:crypto'

const PASSWORD = 'only for the bench'
let count = 0

/** Registers a person. @returns their `get`, `post`, and the cookie for sockets */
export async function register(url) {
  const username = `bench${++count}x${randomBytes(4).toString('hex')}`
  const fields = { username, email: `${username}@example.com`, displayName: `Bench ${count}`, password: PASSWORD }
  const response = await fetch(`${url}/api/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(fields),
  })
  if (response.status !== 201) throw new Error(`Not registered: ${response.status} ${await response.text()}`)
  const cookie = response.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
  const { user } = await response.json()
  return personAt(url, { user, cookie })
}

/** A registered person at a server that has their account. */
export function personAt(url, { user, cookie }) {
  const request = async (method, path, body) => {
    const answer = await fetch(url + path, {
      method,
      headers: { cookie, ...(body && { 'content-type': 'application/json' }) },
      body: body && JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return answer.status === 204 ? undefined : answer.json()
  }
  return {
    url,
    user,
    cookie,
    request,
    get: (path) => request('GET', path),
    post: (path, body) => request('POST', path, body),
  }
}

export async function registerMany(url, number) {
  const people = []
  // As many at once as the server has threads for hashing.
  while (people.length < number) {
    people.push(
      ...(await Promise.all(Array.from({ length: Math.min(4, number - people.length) }, () => register(url)))),
    )
  }
  return people
}

/** Makes a group of people, owned by the first. @returns its id */
export async function makeGroup([owner, ...others]) {
  const memberIds = others.map(({ user }) => user.id)
  return (await owner.post('/api/conversations', { kind: 'group', name: 'Bench', memberIds })).conversation.id
}
