import { makeGroup, registerMany } from '../support/people.mjs'
import { openPeer } from '../support/peer.mjs'
import { openMany, stampedText } from '../support/sockets.mjs'

/** Milliseconds of talk before the count begins, for compilers and caches. */
const WARM_UP_MS = 3_000

/** A hundred pairs, of whom both talk: messages for two sockets each. */
export const DIRECT = {
  people: 200,
  groups: Array.from({ length: 100 }, (_, index) => [2 * index, 2 * index + 1]),
  lanes: (socket, index) => [Math.floor(index / 2)],
}
/** One group of two hundred, of whom forty talk: messages for two hundred sockets each. */
export const GROUP = {
  people: 200,
  groups: [Array.from({ length: 200 }, (_, index) => index)],
  lanes: (socket, index) => (index < 40 ? [0] : []),
}

/** The set-up at WebChat: through its own API. */
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
 * As many messages as the server takes, each acknowledged when it is durable; each talker has one under way.
 * @returns messages a CPU second and a second; the server's CPU, its database included
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
