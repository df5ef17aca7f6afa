// Asks a running WebChat, from outside, whether it works: `node scripts/smoke.mjs ORIGIN [--account]`.
// With --account it registers one and opens a socket; without, it leaves nothing behind. Exit code 1 at the first no.
import { randomUUID } from 'node:crypto'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'

const [origin, option] = process.argv.slice(2)
if (!origin) throw new Error('Usage: node scripts/smoke.mjs ORIGIN [--account]')

/** Answers with the status of a WebSocket handshake, and what the server said first: its first frame's text. */
function openSocket(cookie) {
  const url = new URL('/ws', origin)
  const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, {
    timeout: 10_000,
    headers: {
      Connection: 'Upgrade',
      Upgrade: 'websocket',
      'Sec-WebSocket-Version': '13',
      'Sec-WebSocket-Key': Buffer.from(randomUUID().slice(0, 16)).toString('base64'),
      Origin: url.origin,
      Cookie: cookie,
    },
  })
  return new Promise((resolve, reject) => {
    request.on('error', reject)
    request.on('timeout', () => request.destroy(new Error('the socket was not answered within 10 seconds')))
    request.on('response', (response) => resolve({ status: response.statusCode, text: '' }))
    request.on('upgrade', (response, socket, head) => {
      const answer = (bytes) => {
        socket.destroy()
        resolve({ status: response.statusCode, text: bytes.toString() })
      }
      if (head.length > 0) answer(head)
      else socket.once('data', answer)
    })
    request.end()
  })
}

async function register() {
  const name = `smoke${Date.now().toString(36)}`
  const body = { email: `${name}@example.com`, username: name, displayName: 'Smoke test', password: randomUUID() }
  const headers = { 'Content-Type': 'application/json' }
  const response = await fetch(new URL('/api/auth/register', origin), { method: 'POST', headers, body: JSON.stringify(body) })
  if (response.status !== 201) throw new Error(`registering answered ${response.status}: ${await response.text()}`)
  return response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]).join('; ')
}

function check(name, ok, seen) {
  console.log(`${ok ? 'ok' : 'NOT OK'}  ${name}`)
  if (!ok) throw new Error(`${name}; but: ${seen}`)
}

try {
  for (const path of ['/api/health', '/api/ready']) {
    const response = await fetch(new URL(path, origin))
    check(`${path} answers 200`, response.status === 200, `${response.status} ${await response.text()}`)
  }
  const login = await fetch(new URL('/login', origin))
  const page = await login.text()
  check('the login page has its form', login.status === 200 && page.includes('action="/api/auth/login"'), login.status)
  const stranger = await openSocket('')
  check('a socket without an account is refused with 401', stranger.status === 401, stranger.status)
  if (option === '--account') {
    const member = await openSocket(await register())
    check('a socket with an account says hello', member.status === 101 && member.text.includes('"hello"'), member.status)
  }
} catch (error) {
  console.error(error instanceof Error ? (error.cause ?? error) : error)
  process.exit(1)
}
