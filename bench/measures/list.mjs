import { makeGroup, registerMany } from '../support/people.mjs'
import { openMany, stampedText } from '../support/sockets.mjs'

/** The number of unread messages in each chat, and of groups that are made at once. */
const UNREAD = 4
const AT_ONCE = 8

/**
 * Measures the chat list of a person in many chats: first with unread messages in all of them, then with none.
 * @returns milliseconds of the server's CPU for one list (its database included), and milliseconds until the answer
 */
export async function list(server, { chats, times }) {
  const [reader, other] = await registerMany(server.url, 2)
  const groups = []
  while (groups.length < chats) {
    groups.push(
      ...(await Promise.all(
        Array.from({ length: Math.min(AT_ONCE, chats - groups.length) }, () => makeGroup([other, reader])),
      )),
    )
  }
  const [mine, theirs] = await Promise.all([openMany([reader], 1), openMany([other], 1)]).then((both) => both.flat())
  for (let start = 0; start < chats; start += 50) {
    const some = groups.slice(start, start + 50)
    await Promise.all(some.map((group) => mine.send(group, stampedText())))
    for (let sent = 0; sent < UNREAD; sent++) await Promise.all(some.map((group) => theirs.send(group, stampedText())))
  }
  // Another person's list warms the compilers, and the server has cached nothing of the measured person.
  for (let asked = 0; asked < times; asked++) await other.get('/api/conversations')
  const first = await ask(server, reader, { chats, times: 1, warmUps: 0, unread: chats * UNREAD })
  const unread = await ask(server, reader, { chats, times, unread: chats * UNREAD })
  for (const group of groups) await reader.request('PUT', `/api/conversations/${group}/read`, { seq: 1_000 })
  const read = await ask(server, reader, { chats, times, unread: 0 })
  for (const socket of [mine, theirs]) socket.close()
  return { first: first.cpu, unread: unread.cpu, unreadTook: unread.took, read: read.cpu, readTook: read.took }
}

async function ask(server, reader, { chats, times, warmUps = times, unread: expected }) {
  for (let warmUp = 0; warmUp < warmUps; warmUp++) await reader.get('/api/conversations')
  const before = await server.cpu()
  const started = performance.now()
  let last
  for (let asked = 0; asked < times; asked++) last = await reader.get('/api/conversations')
  const took = (performance.now() - started) / times
  const cpu = (((await server.cpu()) - before) * 1000) / times
  const unread = last.conversations.reduce((sum, { me }) => sum + me.unread, 0)
  if (last.conversations.length !== chats || unread !== expected)
    throw new Error(`The list has ${last.conversations.length} chats and ${unread} unread messages.`)
  return { cpu, took }
}
