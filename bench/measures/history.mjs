import { makeGroup, registerMany } from '../support/people.mjs'
import { percentile } from '../support/numbers.mjs'
import { openSocket, stampedText } from '../support/sockets.mjs'

/** Measures the milliseconds for a page of 50 messages from the middle and from the end of a long history. */
export async function history(url, { messages, pages }) {
  const people = await registerMany(url, 2)
  const group = await makeGroup(people)
  const socket = await openSocket(people[0])
  for (let written = 0; written < messages;) {
    const batch = Math.min(200, messages - written)
    await Promise.all(Array.from({ length: batch }, () => socket.send(group, stampedText())))
    written += batch
  }
  socket.close()
  const times = []
  for (let index = 0; index < pages; index++) {
    const before = index % 2 ? messages : Math.max(51, Math.floor(messages / 2))
    const started = performance.now()
    await people[1].get(`/api/conversations/${group}/messages?limit=50&before=${before}`)
    times.push(performance.now() - started)
  }
  return { p50: percentile(times, 0.5), p99: percentile(times, 0.99) }
}
