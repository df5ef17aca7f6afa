import { makeGroup, registerMany } from '../support/people.mjs'
import { pause, percentile } from '../support/numbers.mjs'
import { ageOf, openMany, stampedText } from '../support/sockets.mjs'

/**
 * Delivery and acknowledgement at a steady rate: groups of ten, each person with one socket.
 * @returns milliseconds from a sender's send to its acknowledgement, and to its arrival at each member
 */
export async function latency(url, { sockets: number, perSecond, seconds }) {
  const people = await registerMany(url, number)
  const groups = []
  for (let start = 0; start < people.length; start += 10) groups.push(await makeGroup(people.slice(start, start + 10)))
  const ages = []
  const sockets = await openMany(people, number, (frame) => ages.push(ageOf(frame)))
  await pause(500)
  const acknowledged = []
  const sends = []
  const started = performance.now()
  for (let sent = 0; sent < perSecond * seconds; sent++) {
    const due = started + (sent * 1000) / perSecond
    if (due > performance.now()) await pause(due - performance.now())
    const from = sent % number
    const at = performance.now()
    const done = sockets[from].send(groups[Math.floor(from / 10)], stampedText())
    sends.push(done.then(() => acknowledged.push(performance.now() - at)))
  }
  await Promise.all(sends)
  while (ages.length < perSecond * seconds * 10) await pause(10)
  for (const socket of sockets) socket.close()
  return {
    deliveryP50: percentile(ages, 0.5),
    deliveryP99: percentile(ages, 0.99),
    acknowledgedP50: percentile(acknowledged, 0.5),
    acknowledgedP99: percentile(acknowledged, 0.99),
  }
}
