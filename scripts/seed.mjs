// Fills a running server with a demo workspace, through its own API. Running it again adds nothing twice: people are
// found by name, direct chats are one a pair, groups are found among one's own, and each message has a client id of its
// own. What takes longest comes last: everything else can be looked at meanwhile.
import { signUp } from './seed/client.mjs'
import { groups } from './seed/groups.mjs'
import { makeGroup } from './seed/makeGroup.mjs'
import { share } from './seed/share.mjs'
import { shares } from './seed/shares.mjs'
import { longTalk, people, talks } from './seed/workspace.mjs'

const url = process.env.SEED_URL || 'http://127.0.0.1:3000'
const password = process.env.SEED_PASSWORD || 'bright-harbour-42'

/** Sends the lines of a talk, in order. Lines of an earlier run are answered with the message they made then. */
async function talk(one, other, name, lines) {
  const { conversation } = await one.post('/api/conversations', { kind: 'direct', userId: other.user.id })
  if (conversation.lastSeq >= lines.length) return conversation.id
  for (const [index, { from, text }] of lines.entries()) {
    const sender = from === 0 ? one : other
    await sender.post(`/api/conversations/${conversation.id}/messages`, { clientId: `seed-${name}-${index}`, text })
    if ((index + 1) % 1000 === 0) console.log(`  ${index + 1} of ${lines.length}`)
  }
  return conversation.id
}

const clients = new Map()
for (const person of people) clients.set(person.username, await signUp(url, { ...person, password }))
console.log(`${clients.size} people`)

for (const { between, lines } of talks) {
  const [one, other] = between.map((username) => clients.get(username))
  await talk(one, other, between.join('-'), lines)
}
console.log(`${talks.length} direct chats`)

for (const [index, sharing] of shares.entries()) {
  const [sender, other] = sharing.between.map((username) => clients.get(username))
  await share(url, sender, other, `seed-share-${index}`, sharing)
}
console.log(`${shares.flatMap(({ files }) => files).length} pictures, documents, films and voice messages`)

const [one, other] = longTalk.between.map((username) => clients.get(username))
console.log(`a long history of ${longTalk.lines.length} messages …`)
const id = await talk(one, other, longTalk.between.join('-'), longTalk.lines)
await one.put(`/api/conversations/${id}/read`, { seq: longTalk.lines.length - 12 })

for (const group of groups) {
  const size = group.members.length + group.readers.length
  console.log(`a group of ${size.toLocaleString('en')}: ${group.name} …`)
  await makeGroup(url, clients, password, group)
}

console.log(`login: ${people[0].username} password: ${password}`)
