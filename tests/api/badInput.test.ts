import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { newClientId, PASSWORD, type Person, register } from '../support/person'
import { rawRequest } from '../support/raw'
import { startServer, type TestServer } from '../support/server'

let server: TestServer
let ann: Person
let bob: Person
let chat: string
/** Everything that can be seen, as it was before all this and must stay. */
let untouched: string

beforeAll(async () => {
  server = await startServer()
  ;[ann, bob] = await Promise.all([register(server.url), register(server.url)])
  chat = (await ann.chatWith(bob)).id
  await ann.send(chat, 'the only message')
  untouched = await everything()
})
afterAll(() => server.discard())

async function everything(): Promise<string> {
  const paths = ['/api/me', '/api/conversations', `/api/conversations/${chat}/messages`, '/api/users']
  return JSON.stringify((await Promise.all(paths.map((path) => ann.get(path)))).map(({ body }) => body))
}

/** What became of a request: its status and code, whether it told of the inside, and whether anything was written. */
async function outcomeOf(
  method: string,
  path: string,
  body: string | Uint8Array,
): Promise<[number, string, string, string]> {
  const headers = { cookie: ann.cookieHeader(), 'content-type': 'application/json' }
  const { status, text } = await rawRequest(server.url, { method, path: path.replace('{chat}', chat), headers, body })
  const told = /\bat .+:\d+:\d+|node_modules|\.mjs|file:\/\/|"stack":\s*"?[^"\]]/.test(text)
  const written = (await everything()) !== untouched
  return [
    status,
    JSON.parse(text).data?.code,
    told ? 'told of the inside' : 'told nothing',
    written ? 'wrote' : 'wrote nothing',
  ]
}

const INVALID = [422, 'INVALID', 'told nothing', 'wrote nothing']
const TOO_LARGE = [413, 'TOO_LARGE', 'told nothing', 'wrote nothing']
const NOT_FOUND = [404, 'NOT_FOUND', 'told nothing', 'wrote nothing']

const ID = 'f'.repeat(24)
const MESSAGES = 'POST /api/conversations/{chat}/messages'
const DIRECT = 'POST /api/conversations'
const READ = 'PUT /api/conversations/{chat}/read'
const SETTINGS = 'PATCH /api/conversations/{chat}/me'
const SYNC = 'POST /api/sync'
const LOGIN = 'POST /api/auth/login'
const REGISTER = 'POST /api/auth/register'
const PROFILE = 'PATCH /api/me'
const PASSWORDS = 'PUT /api/me/password'

const BODIES: [what: string, body: string | Uint8Array, outcome: unknown][] = [
  ['broken', '{"text": ', INVALID],
  ['not JSON', 'text=hello', INVALID],
  ['two values', '{} {}', INVALID],
  ['null', 'null', INVALID],
  ['a list', '[]', INVALID],
  ['a text', '"text"', INVALID],
  ['a number', '1e400', INVALID],
  ['very deep', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, INVALID],
  ['an unknown key', '{"nobodyAskedForThis": true}', INVALID],
  ['an operator', '{"$gt": ""}', INVALID],
  ['a prototype', '{"__proto__": {"isAdmin": true}}', INVALID],
  ['a hidden prototype', String.raw`{"\u005f_proto__": {"isAdmin": true}}`, INVALID],
  ['a constructor', '{"constructor": {"prototype": {"isAdmin": true}}}', INVALID],
  ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), INVALID],
  ['UTF-16', Buffer.from('{"text":"x"}', 'utf16le'), INVALID],
  ['of 65,537 bytes', `{"text":"${'x'.repeat(65_526)}"}`, TOO_LARGE],
  ['of 10 MB', 'x'.repeat(10_000_000), TOO_LARGE],
]

describe.each([REGISTER, LOGIN, PROFILE, PASSWORDS, DIRECT, MESSAGES, READ, SETTINGS, SYNC])('%s', (route) => {
  const [method, path] = route.split(' ') as [string, string]
  it.each(BODIES)('refuses a body that is %s', async (_what, body, outcome) => {
    expect(await outcomeOf(method, path, body)).toEqual(outcome)
  })
})

it('accepts a body of 65,536 bytes', async () => {
  const body = JSON.stringify({ clientId: newClientId(), text: '' }).padEnd(65_536)
  const headers = { cookie: ann.cookieHeader() }
  const { status, text } = await rawRequest(server.url, {
    method: 'POST',
    path: `/api/conversations/${chat}/messages`,
    headers,
    body,
  })
  // The text is empty, but the size is right.
  expect([status, JSON.parse(text).data.issues[0].path]).toEqual([422, ['text']])
})

/** Bodies with one thing wrong in them: `%` in the body stands for each of the values in turn. */
const WRONG: [route: string, body: string, values: string[]][] = [
  [MESSAGES, '{"clientId":"12345678","text":%}', ['""', '" \\n\\t"', '"\\u200b"', 'null', '1', '[]', '{"$gt":""}']],
  [MESSAGES, '{"clientId":"12345678","text":%}', ['"\\ud800"', '"\\u3164"', '"\\u2800\\u034f"', '"\\u0000"']],
  [MESSAGES, '{"clientId":"12345678","text":"%"}', ['a'.repeat(8_001), '😀'.repeat(8_001)]],
  [MESSAGES, '{"clientId":"12345678"%}', ['']],
  [
    MESSAGES,
    '{"clientId":%,"text":"x"}',
    ['""', '"short"', `"${'x'.repeat(65)}"`, '"has space 1"', '"12345678\\u0000"'],
  ],
  [MESSAGES, '{"clientId":%,"text":"x"}', ['null', '12345678', '{"$ne":null}', '["12345678"]']],
  [
    MESSAGES,
    '{"clientId":"12345678","text":"x","replyToId":%}',
    ['"x"', '{"$gt":""}', '1', '""', `"${ID.toUpperCase()}"`],
  ],
  [
    MESSAGES,
    `{"clientId":"12345678","text":"x",%}`,
    [`"senderId":"${ID}"`, '"seq":1', '"kind":"system"', '"createdAt":null'],
  ],
  [DIRECT, '{"kind":"direct"%}', ['', ',"userId":""', ',"userId":{"$gt":""}', ',"userId":["x"]', ',"userId":null']],
  [DIRECT, `{"kind":%,"userId":"${ID}"}`, ['"other"', '{"$gt":""}', 'null', '["direct"]']],
  [READ, '{"seq":%}', ['-1', '1.5', '"1"', 'null', '1e30', '9007199254740992', '{"$gt":0}', '[1]']],
  [SETTINGS, '{%}', ['"notify":"loud"', '"pinned":1', '"archived":"true"', '"role":"owner"', '"readSeq":0']],
  [SETTINGS, '{%}', ['"clearedSeq":-1', '"clearedSeq":null', '"markedUnread":1', '"returnsWith":"x"', '"pinOrder":1']],
  [SETTINGS, '{"mutedUntil":%}', ['"tomorrow"', '{"$gt":""}', '0', '"2026-02-30T00:00:00Z"']],
  [SYNC, '{"conversations":%}', ['[]', 'null', '{"x":1}', '{"$where":1}', '{"constructor":1}', '{"toString":1}']],
  [SYNC, `{"conversations":{"${ID}":%}}`, ['"1"', '-1', 'null', '{"$gt":0}', '0.5']],
  [LOGIN, '{"login":%,"password":"x"}', ['{"$gt":""}', '["x"]', '""', '" "', `"${'x'.repeat(255)}"`]],
  [LOGIN, '{"login":"x","password":%}', ['{"$gt":""}', '["x"]', '""', `"${'x'.repeat(129)}"`, 'null']],
  [LOGIN, '{"login":"x","password":"x","next":%}', ['"/"']],
  [PASSWORDS, `{"current":"${PASSWORD}","next":%}`, ['{"$gt":""}', '"short"', '"\\ud800 long enough"', 'null']],
  [PASSWORDS, '{"current":%,"next":"long enough for one"}', ['{"$gt":""}', '""', 'null']],
  [PROFILE, '{"displayName":%}', ['""', '"\\u200b"', '"\\u115f"', '"\\ud800"', '["x"]', `"${'x'.repeat(65)}"`]],
  [PROFILE, '{%}', ['"about":null', '"email":"x@example.com"', '"passwordHash":"x"', '"_id":"x"']],
  ...Object.entries({
    email: ['{"$gt":""}', '"a\\u0000@b.co"', '"nobody"'],
    username: ['{"$ne":1}', '"a\\u0000bc"', '"$where"', '"-"'],
    displayName: ['["x"]', '"\\ud800"'],
    isAdmin: ['true'],
    _id: [`"${ID}"`],
  }).map(([field, values]): [string, string, string[]] => {
    const { [field]: _, ...fields } = {
      email: 'e@example.com',
      username: 'good',
      displayName: 'x',
      password: PASSWORD,
    } as Record<string, string>
    return [REGISTER, `${JSON.stringify(fields).slice(0, -1)},"${field}":%}`, values]
  }),
]

describe.each(WRONG)('%s %s', (route, template, values) => {
  const [method, path] = route.split(' ') as [string, string]
  it.each(values.map((value) => [value.slice(0, 40), value]))('refuses %s', async (_shown, value) => {
    expect(await outcomeOf(method, path, template.replace('%', value))).toEqual(INVALID)
  })
})

it('an id that does not exist is not found', async () => {
  const reply = JSON.stringify({ clientId: newClientId(), text: 'x', replyToId: ID })
  expect(await outcomeOf('POST', '/api/conversations/{chat}/messages', reply)).toEqual(NOT_FOUND)
  expect(await outcomeOf('POST', '/api/conversations', JSON.stringify({ kind: 'direct', userId: ID }))).toEqual(
    NOT_FOUND,
  )
  // A person's id where a conversation's belongs.
  const message = JSON.stringify({ clientId: newClientId(), text: 'x' })
  expect(await outcomeOf('POST', `/api/conversations/${bob.user.id}/messages`, message)).toEqual(NOT_FOUND)
  const login = await outcomeOf('POST', '/api/auth/login', '{"login":"a\\u0000b","password":"\\ud800"}')
  expect(login).toEqual([401, 'UNAUTHENTICATED', 'told nothing', 'wrote nothing'])
})

it('the server logged no unexpected error', () => {
  expect(server.log.filter((line) => /"level":(50|60)|request failed|form failed|Error:/.test(line))).toEqual([])
})
