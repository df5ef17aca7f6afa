import { makeGroup, registerMany } from '../support/people.mjs'
import { openPeer } from '../support/peer.mjs'
import { openMany, stampedText } from '../support/sockets.mjs'

/** Milliseconds of messages before the measurement begins, so that compilers and caches are warm. */
const WARM_UP_MS = 3_000

/** A hundred direct chats in which both people write: each message goes to two sockets. */
export const DIRECT = {
  people: 200,
  groups: Array.from({ length: 100 }, (_, index) => [2 * index, 2 * index + 1]),
  lanes: (socket, index) => [Math.floor(index / 2)],
}
/** One group of two hundred people, of whom forty write: each message goes to two hundred sockets. */
export const GROUP = {
  people: 200,
  groups: [Array.from({ length: 200 }, (_, index) => index)],
  lanes: (socket, index) => (index < 40 ? [0] : []),
}

/** Makes the people and conversations on WebChat, through its own API. */
export async function openWebChat(url, { people: number, groups }) {
  const people = await registerMany(url, number)
  const conversationIds = []
  for (const group of groups) {
    const members = group.map((index) => people[index])
    conversationIds.push(group.length === 2 ? await makeDirect(members) : await makeGroup(members))
  }
  return { sockets: await openMany(people, people.length), conversationIds }
}

export const openAtPeer = (url, { people, groups }) => openPeer(url, people, groups)

/**
 * Sends as many messages as the server accepts. Each is acknowledged when it is durable, and each sender waits for it.
 * @returns messages per CPU second of the server (its database included), and messages per second
 */
export async function talkFor(server, { sockets, conversationIds }, { lanes }, seconds) {
  let sent = 0
  let until = performance.now() + WARM_UP_MS
  const talk = async (socket, group) => {
    while (performance.now() < until) {
      await socket.send(conversationIds[group], stampedText())
      sent++
    }
  }
  const all = () =>
    Promise.all(sockets.flatMap((socket, index) => lanes(socket, index).map((group) => talk(socket, group))))
  await all()
  sent = 0
  const before = await server.cpu()
  const started = performance.now()
  until = started + seconds * 1000
  await all()
  const cpu = (await server.cpu()) - before
  const took = (performance.now() - started) / 1000
  for (const socket of sockets) socket.close()
  return { perCpuSecond: sent / cpu, perSecond: sent / took }
}

async function makeDirect([one, other]) {
  return (await one.post('/api/conversations', { kind: 'direct', userId: other.user.id })).conversation.id
}
