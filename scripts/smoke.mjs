// Checks from outside whether a running WebChat works. Ends with exit code 1 at the first failure.
//   node scripts/smoke.mjs ORIGIN [--account] [--files] [--commit COMMIT]
// Without an option it leaves nothing behind. --account signs in, sends a message over a socket, receives it and deletes
// it. It signs in as SMOKE_LOGIN with SMOKE_PASSWORD, whom the first run registers; without them it registers somebody
// new. --files also sends and reads a picture, an avatar, a voice message and a film. --commit fails if another commit
// answers.
import { randomUUID } from 'node:crypto'
import { SmokeAccount } from './smoke/account.mjs'
import { openSocket } from './smoke/socket.mjs'

const [origin, ...options] = process.argv.slice(2)
if (!origin) throw new Error('Usage: node scripts/smoke.mjs ORIGIN [--account] [--files] [--commit COMMIT]')
const wanted = options.includes('--commit') ? options[options.indexOf('--commit') + 1] : undefined

function check(name, ok, seen) {
  console.log(`${ok ? 'ok' : 'NOT OK'}  ${name}`)
  if (!ok) throw new Error(`${name}; but: ${seen}`)
}

async function checkMessage(account) {
  const member = await openSocket(origin, account.cookie)
  check('a socket with an account says hello', member.status === 101 && member.first.includes('"hello"'), member.status)
  const conversationId = await account.conversation()
  const clientId = randomUUID()
  const arrived = member.until((text) => text.includes('"message.created"') && text.includes(clientId))
  member.send({
    id: 1,
    type: 'message.send',
    data: { conversationId, clientId, text: `Smoke test ${new Date().toISOString()}` },
  })
  const { message } = JSON.parse(await arrived).data
  check('a message that is sent arrives', message.clientId === clientId, JSON.stringify(message))
  member.close()
  await account.ask('DELETE', `/api/conversations/${conversationId}/messages/${message.id}`)
}

try {
  for (const path of ['/api/health', '/api/ready']) {
    const response = await fetch(new URL(path, origin))
    const text = await response.text()
    check(`${path} answers 200`, response.status === 200, `${response.status} ${text}`)
    if (path === '/api/health' && wanted) check(`commit ${wanted} answers`, JSON.parse(text).commit === wanted, text)
  }
  const login = await fetch(new URL('/login', origin))
  const page = await login.text()
  check('the login page has its form', login.status === 200 && page.includes('action="/api/auth/login"'), login.status)
  const stranger = await openSocket(origin, '')
  check('a socket without an account is refused with 401', stranger.status === 401, stranger.status)
  if (options.includes('--account') || options.includes('--files')) {
    const { SMOKE_LOGIN, SMOKE_PASSWORD } = process.env
    const account = await SmokeAccount.open(origin, SMOKE_LOGIN, SMOKE_PASSWORD)
    await checkMessage(account)
    if (!options.includes('--files')) process.exit(0)
    // The image does not have it, because it needs the files of the seed.
    const { checkFiles } = await import('./smoke/files.mjs')
    await checkFiles(account, check)
  }
  process.exit(0)
} catch (error) {
  console.error(error instanceof Error ? (error.cause ?? error) : error)
  process.exit(1)
}
