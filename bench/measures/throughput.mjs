import { makeGroup, registerMany } from '../support/people.mjs'
import { openMany, stampedText } from '../support/sockets.mjs'

/**
 * Sends as many messages as the server accepts, from 20 people who each have ten under way. Each message is acknowledged
 * when it is durable.
 * @param conversations how many conversations they write to; each has the sockets of two people
 * @returns messages per second, and messages per CPU second of the server (its database included)
 */
export async function throughput(server, { conversations, seconds }) {
  const people = await registerMany(server.url, 20)
  const groups = []
  for (let index = 0; index < conversations; index++) {
    groups.push(await makeGroup(conversations === 1 ? people : [people[index % 20], people[(index + 1) % 20]]))
  }
  const sockets = await openMany(people, people.length)
  const ownGroups = people.map((_, who) => groups.filter((_group, index) => conversations === 1 || index % 20 === who))
  let sent = 0
  const before = await server.cpu()
  const started = performance.now()
  const end = started + seconds * 1000
  const talk = async (who, lane) => {
    const own = ownGroups[who]
    for (let index = lane; performance.now() < end; index++) {
      await sockets[who].send(own[index % own.length], stampedText())
      sent++
    }
  }
  await Promise.all(sockets.flatMap((_, who) => Array.from({ length: 10 }, (_each, lane) => talk(who, lane))))
  const took = (performance.now() - started) / 1000
  const cpu = (await server.cpu()) - before
  for (const socket of sockets) socket.close()
  return { perSecond: sent / took, perCpuSecond: sent / cpu }
}
