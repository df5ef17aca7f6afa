/** Registers a person, or signs them in if they exist already. Resolves with `{ user, get, post, put, patch }`. */
export async function signUp(url, { username, email, displayName, about, password }) {
  const call = createCaller(url)
  let answer = await call('POST', '/api/auth/register', { username, email, displayName, password })
  if (answer.status === 409) answer = await call('POST', '/api/auth/login', { login: username, password })
  const { user } = expectSuccess(answer)
  if (about && user.about !== about) expectSuccess(await call('PATCH', '/api/me', { about }))
  const as = (method) => async (path, body) => expectSuccess(await call(method, path, body))
  return { user, get: as('GET'), post: as('POST'), put: as('PUT'), patch: as('PATCH') }
}

/** Registers a person who only reads. Resolves with their id. Rejects if somebody else has the name. */
export async function register(url, { username, email, displayName, password }) {
  const input = { username, email, displayName, password }
  return expectSuccess(await createCaller(url)('POST', '/api/auth/register', input)).user.id
}

/** Makes a function that calls the API with its own cookies. When the server asks it to wait, it waits. */
function createCaller(url) {
  const cookies = new Map()
  return async function call(method, path, body) {
    for (;;) {
      const response = await fetch(url + path, {
        method,
        headers: {
          'content-type': 'application/json',
          cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        },
        body: JSON.stringify(body),
      }).catch((error) => {
        throw new Error(`No server at ${url} (${error.cause?.code ?? error.message}). Start one, or set SEED_URL.`)
      })
      for (const line of response.headers.getSetCookie()) {
        const [pair] = line.split(';')
        cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
      }
      const text = await response.text()
      if (response.status !== 429) return { status: response.status, body: text ? JSON.parse(text) : undefined }
      await wait(Number(response.headers.get('retry-after') ?? 1))
    }
  }
}

let waitsUntil = 0

/** Waits. Prints one line for all calls that wait at the same time. */
async function wait(seconds) {
  const until = Date.now() + seconds * 1000
  if (waitsUntil < Date.now())
    console.log(`  the server's limits ask to wait ${seconds} s; start it with RATE_LIMIT_FACTOR=100 to raise them`)
  waitsUntil = Math.max(waitsUntil, until)
  await new Promise((resolve) => setTimeout(resolve, until - Date.now()))
}

function expectSuccess({ status, body }) {
  if (status >= 300) throw new Error(`The server said ${status}: ${JSON.stringify(body)}`)
  return body
}
