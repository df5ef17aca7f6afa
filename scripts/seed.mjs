// Fills a running server with a demo workspace, through its own API: 40 people, direct chats, groups, files, a history of
// 1,000 messages. It stays below the server's limits, so it never waits.
//   npm run seed
//   npm run seed -- --large   adds a group of 1,000 people and a history of 5,000 messages. The server lets 60 people a
//                             minute register: start it with RATE_LIMIT_FACTOR=100 for this, or wait a quarter of an hour.
// Running it again adds nothing twice: it finds people by name, a pair has only one direct chat, it finds groups in the
// chat list, and each message has its own client id.
import { signUp } from './seed/client.mjs'
import { groups } from './seed/groups.mjs'
import { makeGroup } from './seed/makeGroup.mjs'
import { share } from './seed/share.mjs'
import { shares } from './seed/shares.mjs'
import { longTalk, people, talks } from './seed/workspace.mjs'

const url = process.env.SEED_URL || 'http://127.0.0.1:3000'
const password = process.env.SEED_PASSWORD || 'bright-harbour-42'
const isLarge = process.argv.includes('--large')
const started = Date.now()

/** Prints the next step, with the time since the start. */
function say(text) {
  console.log(`${String(Math.round((Date.now() - started) / 1000)).padStart(3)} s  ${text}`)
}

/** Sends the lines of a conversation, in order. A line that an earlier run sent makes no second message. */
async function talk(one, other, name, lines) {
  const { conversation } = await one.post('/api/conversations', { kind: 'direct', userId: other.user.id })
  if (conversation.lastSeq >= lines.length) return conversation.id
  for (const [index, { from, text }] of lines.entries()) {
    const sender = from === 0 ? one : other
    await sender.post(`/api/conversations/${conversation.id}/messages`, { clientId: `seed-${name}-${index}`, text })
    if ((index + 1) % 500 === 0) say(`  ${index + 1} of ${lines.length}`)
  }
  return conversation.id
}

say(`filling ${url}`)
say(`${people.length} people …`)
const clients = new Map()
for (const person of people) clients.set(person.username, await signUp(url, { ...person, password }))

say(`${talks.length} direct chats …`)
for (const { between, lines } of talks) {
  const [one, other] = between.map((username) => clients.get(username))
  await talk(one, other, between.join('-'), lines)
}

say(`${shares.flatMap(({ files }) => files).length} pictures, documents, films and voice messages …`)
for (const [index, sharing] of shares.entries()) {
  const [sender, other] = sharing.between.map((username) => clients.get(username))
  await share(url, sender, other, `seed-share-${index}`, sharing)
}

const { between, lines } = longTalk(isLarge ? 5_000 : 1_000)
const [one, other] = between.map((username) => clients.get(username))
say(`a history of ${lines.length.toLocaleString('en')} messages …`)
const id = await talk(one, other, between.join('-'), lines)
await one.put(`/api/conversations/${id}/read`, { seq: lines.length - 12 })

for (const group of groups.filter(({ large }) => isLarge || !large)) {
  const size = group.members.length + group.readers.length
  say(`a group of ${size.toLocaleString('en')}: ${group.name} …`)
  await makeGroup(url, clients, password, group)
}

say('done')
console.log(`login: ${people[0].username} password: ${password}`)
