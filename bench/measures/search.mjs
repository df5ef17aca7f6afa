import { pause, percentile } from '../support/numbers.mjs'
import { fillConversation, waitUntilIndexed } from '../support/fill.mjs'
import { makeGroup, personAt, registerMany } from '../support/people.mjs'
import { openSocket } from '../support/sockets.mjs'
import { startWebChat } from '../support/server.mjs'
import { wordAt, VIETNAMESE } from '../support/texts.mjs'

/** Milliseconds between two requests of somebody else while people search. */
const BYSTANDER_MS = 10
const MONTH_MS = 30 * 86_400_000
/** The results of a full page. */
const PAGE = 20

/**
 * The searches of a kind. The number chooses the word, so that each search of a kind differs.
 * @param names the usernames of people in the conversation
 */
const kindsOf = (names) => ({
  'a rare word': (n) => wordAt(20_000 + n * 613),
  'a word of medium rarity': (n) => wordAt(1_500 + n * 37),
  'a common word': (n) => wordAt(n),
  'two common words': (n) => `${wordAt(n + 3)} ${wordAt(n + 11)}`,
  'a common and a rare word': (n) => `${wordAt(n)} ${wordAt(9_000 + n * 211)}`,
  'two words of medium rarity': (n) => `${wordAt(400 + n * 29)} ${wordAt(600 + n * 31)}`,
  'three words': (n) => `${wordAt(n + 2)} ${wordAt(n + 20)} ${wordAt(n + 90)}`,
  'two letters': (n) => wordAt(n * 17).slice(0, 2),
  'three letters': (n) => wordAt(n * 171).slice(0, 3),
  'the beginning of a common word': (n) => wordAt(n * 3).slice(0, 4),
  'the beginning of a rare word': (n) => wordAt(12_000 + n * 317).slice(0, 5),
  'a word and from:': (n) => `from:${names[n % names.length]} ${wordAt(300 + n * 13)}`,
  'a word and before:': (n) =>
    `before:${new Date(Date.now() - (n % 12) * MONTH_MS).toISOString().slice(0, 10)} ${wordAt(n * 5)}`,
  'a word and has:': (n) => `has:link ${wordAt(n * 23)}`,
  'nothing is found': (n) => `zz${wordAt(n)}qx`,
  'one word is in no message': (n) => `${wordAt(n)} zz${wordAt(n)}qx`,
  'Vietnamese without accents': (n) =>
    VIETNAMESE[n % VIETNAMESE.length].normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/g, 'd'),
  Chinese: (n) => ['会议', '明天', '项目', '下午三点', '文件', '客户报告'][n % 6],
})

/**
 * Fills a conversation, waits until it is indexed, and measures searches of many kinds.
 * @returns as `ask`, and the microseconds of CPU that indexing took for each message
 */
export async function search({ messages, times }) {
  const { folder, people, group } = await prepare(messages)
  const server = await startWebChat({ DATA_DIR: folder })
  try {
    const before = await server.cpu()
    await waitUntilIndexed(folder, group, messages)
    const indexing = (((await server.cpu()) - before) * 1e6) / messages
    return { indexing, ...(await ask(server, people, group, times)) }
  } finally {
    await server.dispose()
  }
}

/** Makes a folder with people and a filled conversation that is not indexed. */
export async function prepare(messages) {
  const server = await startWebChat()
  const people = await registerMany(server.url, 8)
  const group = await makeGroup(people)
  const [member, ...others] = people
  for (const other of others.slice(0, 3)) await makeGroup([other, member])
  await server.stop()
  const senders = people.map(({ user }) => user.id)
  await fillConversation(server.folder, group, senders, messages)
  return { folder: server.folder, people, group }
}

/**
 * Searches one after the other, every second time in all chats, while another person requests a page of messages again and
 * again. The searcher has read everything.
 * @returns by kind and over all: milliseconds until the answer (p50, p95), and those of the server's CPU for a search; the
 *   milliseconds that the other person waited
 */
export async function ask(server, people, group, times) {
  const [searcher, other] = people.map((person) => personAt(server.url, person))
  const kinds = kindsOf(people.map(({ user }) => user.username))
  const get = (q, isHere) =>
    searcher.get(`/api/search?${new URLSearchParams({ q, ...(isHere && { conversationId: group }) })}`)
  const { conversation } = await searcher.get(`/api/conversations/${group}`)
  await searcher.request('PUT', `/api/conversations/${group}/read`, { seq: conversation.lastSeq })
  // The first searches of a process also compile it.
  for (const make of Object.values(kinds)) await get(make(5), true)
  const socket = await openSocket(other)
  const waits = []
  let isOver = false
  const bystander = (async () => {
    while (!isOver) {
      const started = performance.now()
      await socket.ping()
      waits.push(performance.now() - started)
      await pause(BYSTANDER_MS)
    }
  })()
  const byKind = []
  for (const [kind, make] of Object.entries(kinds)) {
    const took = []
    let found = 0
    let early = 0
    const before = await server.cpu()
    for (let n = 0; n < times; n++) {
      const started = performance.now()
      const { results, next } = await get(make(n), n % 2 === 0)
      took.push(performance.now() - started)
      found += results.length
      if (next && results.length < PAGE) early++
    }
    const cpu = (((await server.cpu()) - before) * 1_000) / times
    byKind.push({
      kind,
      p50: percentile(took, 0.5),
      p95: percentile(took, 0.95),
      cpu,
      found: found / times,
      early,
      took,
    })
  }
  isOver = true
  await bystander
  socket.close()
  const all = byKind.flatMap(({ took }) => took)
  return {
    byKind: byKind.map(({ took: _, ...figures }) => figures),
    p50: percentile(all, 0.5),
    p95: percentile(all, 0.95),
    cpu: byKind.reduce((sum, { cpu }) => sum + cpu, 0) / byKind.length,
    waitP99: percentile(waits, 0.99),
    waitMax: Math.max(...waits),
  }
}
