// One account at twenty addresses, in a process of its own, so that its own work is not what the neighbour waits for.
// It asks as fast as it is answered, for so long; then prints how often it was answered with what.
import { readFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { WebSocket } from 'ws'

const {
  ATTACK_URL: url,
  ATTACK_COOKIE: cookie,
  ATTACK_KIND: kind,
  ATTACK_SECONDS: seconds,
  ATTACK_IDS,
  ATTACK_PICTURE,
} = process.env
const ids = ATTACK_IDS.split(',')
const picture = readFileSync(ATTACK_PICTURE)
const ADDRESSES = 20
const until = Date.now() + Number(seconds) * 1000
const answers = {}
const count = (status) => (answers[status] = (answers[status] ?? 0) + 1)
const some = (list) => list[Math.floor(Math.random() * list.length)]
const LONG = '😀'.repeat(8_000)

async function ask(address, method, path, body) {
  const headers = {
    cookie,
    'x-forwarded-for': `198.51.100.${address}`,
    ...(body && !Buffer.isBuffer(body) && { 'content-type': 'application/json' }),
  }
  try {
    const response = await fetch(url + path, {
      method,
      headers,
      body: Buffer.isBuffer(body) ? body : body && JSON.stringify(body),
    })
    count(response.status)
    const text = await response.text()
    return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : {} }
  } catch {
    count('broken')
    return { status: 0, body: {} }
  }
}

const send = (address, id, text) =>
  ask(address, 'POST', `/api/conversations/${id}/messages`, { clientId: randomUUID(), text })

async function upload(address, claim, bytes) {
  const { body } = await ask(address, 'POST', '/api/uploads', {
    conversationId: ids[0],
    name: 'picture',
    size: bytes.length,
    ...claim,
  })
  const part = body.upload?.parts?.[0]
  if (!part) return
  const sent = await fetch(url + part.url, { method: 'PUT', headers: { cookie }, body: bytes }).catch(() => null)
  if (sent)
    await ask(address, 'POST', `/api/uploads/${body.upload.id}/complete`, {
      parts: [{ number: 1, etag: sent.headers.get('etag') ?? '""' }],
    })
}

/** A socket on which one kind of frame is sent without waiting for answers, until it is closed. */
function flood(address, frame) {
  return new Promise((resolve) => {
    const ws = new WebSocket(`${url.replace('http', 'ws')}/ws`, {
      headers: { cookie, 'x-forwarded-for': `198.51.100.${address}` },
    })
    ws.on('error', () => resolve(count('refused socket')))
    ws.on('close', (code) => resolve(count(`closed ${code}`)))
    ws.on('message', () => count('frame'))
    ws.on('open', async () => {
      for (let id = 1; Date.now() < until && ws.readyState === ws.OPEN; id++) {
        ws.send(JSON.stringify({ id, ...frame(id) }))
        if (id % 50 === 0) await new Promise((next) => setTimeout(next, 50))
      }
      ws.close()
    })
  })
}

const none = Object.fromEntries(ids.map((id) => [id, 0]))
const kinds = {
  sync: (address) => ask(address, 'POST', '/api/sync', { conversations: none }),
  lists: (address) =>
    ask(
      address,
      'GET',
      some([
        '/api/conversations',
        '/api/users?q=',
        `/api/conversations/${some(ids)}`,
        `/api/conversations/${some(ids)}/messages?limit=100`,
      ]),
    ),
  sends: (address) => send(address, some(ids), LONG),
  edits: async (address) => {
    const { body } = await send(address, ids[0], 'one')
    for (let times = 0; times < 20 && body.message; times++)
      await ask(address, 'PATCH', `/api/conversations/${ids[0]}/messages/${body.message.id}`, {
        text: `${times} ${LONG}`,
      })
  },
  groups: (address) => ask(address, 'POST', '/api/conversations', { kind: 'group', name: 'Group', memberIds: [] }),
  logins: (address) =>
    ask(address, 'POST', '/api/auth/login', {
      login: some(['mallory', 'ann', 'nobody']),
      password: 'a wrong guess at it',
    }),
  registrations: (address) => {
    const username = `m${Math.random().toString(36).slice(2, 12)}`
    return ask(address, 'POST', '/api/auth/register', {
      username,
      email: `${username}@example.com`,
      displayName: 'M',
      password: 'kettle orbit lantern',
    })
  },
  pictures: (address) => upload(address, { kind: 'image', mime: 'image/avif' }, picture),
  garbage: (address) =>
    upload(
      address,
      { kind: 'voice', mime: 'audio/mp4', durationMs: 1000, waveform: Array.from({ length: 64 }, () => 1) },
      picture,
    ),
  pages: (address) => ask(address, 'GET', some(['/login', '/register', '/invite/nothing', '/nowhere'])),
  syncFrames: (address) => flood(address, () => ({ type: 'sync', data: { conversations: none } })),
  typingFrames: (address) =>
    flood(address, (id) => ({ type: 'typing.set', data: { conversationId: some(ids), typing: id % 2 === 0 } })),
  sendFrames: (address) =>
    flood(address, (id) => ({
      type: 'message.send',
      data: { conversationId: some(ids), clientId: randomUUID(), text: `${id}` },
    })),
}

const chosen = kind === 'everything' ? Object.values(kinds) : [kinds[kind]]
const lanes = Array.from({ length: ADDRESSES * 2 }, async (_, lane) => {
  while (Date.now() < until) await chosen[lane % chosen.length](1 + (lane % ADDRESSES))
})
// What is still waiting for its turn then is given up: it would go on for as long as the server needs.
await Promise.race([Promise.all(lanes), new Promise((over) => setTimeout(over, Number(seconds) * 1000 + 5_000))])
console.log(JSON.stringify(answers))
process.exit(0)
