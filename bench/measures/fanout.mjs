import { makeGroup, registerMany } from '../support/people.mjs'
import { pause, percentile } from '../support/numbers.mjs'
import { ageOf, openMany, stampedText } from '../support/sockets.mjs'

/** Messages that are under way at once, as in a busy moment. */
const AT_ONCE = 50

/**
 * Measures one group with many sockets: 50 people, each with as many devices as necessary.
 * @returns milliseconds until the last socket has a message, and the server's CPU microseconds per delivery during a
 *   burst of messages
 */
export async function fanout(server, { sockets: number, single, burst }) {
  const people = await registerMany(server.url, 50)
  const group = await makeGroup(people)
  let last = 0
  let deliveries = 0
  const ages = []
  const sockets = await openMany(people, number, (frame) => {
    deliveries++
    last = ageOf(frame)
    ages.push(last)
  })
  await pause(500)
  const untilAll = async (count) => {
    while (deliveries < count * number) await pause(1)
    deliveries = 0
  }
  const lasts = []
  for (let index = 0; index < single; index++) {
    await sockets[0].send(group, stampedText())
    await untilAll(1)
    lasts.push(last)
  }
  const before = await server.cpu()
  for (let index = 0; index < burst; index += AT_ONCE) {
    await Promise.all(Array.from({ length: AT_ONCE }, () => sockets[0].send(group, stampedText())))
    await untilAll(AT_ONCE)
  }
  const cpu = (await server.cpu()) - before
  for (const socket of sockets) socket.close()
  return {
    lastP50: percentile(lasts, 0.5),
    lastP99: percentile(lasts, 0.99),
    cpuPerDelivery: (cpu * 1e6) / (burst * number),
  }
}
