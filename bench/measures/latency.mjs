import { makeGroup, registerMany } from '../support/people.mjs'
import { pause, percentile } from '../support/numbers.mjs'
import { ageOf, openMany, stampedText } from '../support/sockets.mjs'

/** Groups of ten, with each person in one of them. */
const groupsOfTen = (number) =>
  Array.from({ length: number / 10 }, (_, group) => Array.from({ length: 10 }, (_each, index) => group * 10 + index))

/** A number of direct chats, with each person in equally many. */
export const pairs = (number, chats) =>
  Array.from({ length: chats }, (_, index) => [index % number, (index + 1 + Math.floor(index / number)) % number])

/**
 * Measures acknowledgement and delivery at a steady rate. Each person has one socket. The groups take turns, and so do
 * their members.
 * @returns milliseconds from a send to its acknowledgement, and to its delivery to each member
 */
export async function latency(url, { sockets: number, perSecond, seconds, chats = groupsOfTen(number) }) {
  const people = await registerMany(url, number)
  const groups = []
  for (const chat of chats) groups.push(await makeGroup(chat.map((index) => people[index])))
  const ages = []
  const sockets = await openMany(people, number, (frame) => ages.push(ageOf(frame)))
  await pause(500)
  const acknowledged = []
  const sends = []
  const started = performance.now()
  for (let sent = 0; sent < perSecond * seconds; sent++) {
    const due = started + (sent * 1000) / perSecond
    if (due > performance.now()) await pause(due - performance.now())
    const chat = chats[sent % chats.length]
    const from = chat[Math.floor(sent / chats.length) % chat.length]
    const at = performance.now()
    const done = sockets[from].send(groups[sent % chats.length], stampedText())
    sends.push(done.then(() => acknowledged.push(performance.now() - at)))
  }
  await Promise.all(sends)
  while (ages.length < perSecond * seconds * chats[0].length) await pause(10)
  for (const socket of sockets) socket.close()
  return {
    deliveryP50: percentile(ages, 0.5),
    deliveryP99: percentile(ages, 0.99),
    acknowledgedP50: percentile(acknowledged, 0.5),
    acknowledgedP99: percentile(acknowledged, 0.99),
  }
}
