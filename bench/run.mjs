// Runs the benchmarks, each on its own server of the production build, and prints a table with the medians of several runs.
// Settings: BENCH_RUNS (3), BENCH_HISTORY (50,000 messages), BENCH_SEARCH (100,000 messages), BENCH_ONLY (names of
// measures), BENCH_JSON (a file for the figures), VALKEY_URL.
import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { DIRECT, GROUP, openAtPeer, openWebChat, talkFor } from './measures/beside.mjs'
import { bystander } from './measures/bystander.mjs'
import { fanout } from './measures/fanout.mjs'
import { history } from './measures/history.mjs'
import { latency, pairs } from './measures/latency.mjs'
import { list } from './measures/list.mjs'
import { memory } from './measures/memory.mjs'
import { search } from './measures/search.mjs'
import { socketioFanout } from './measures/socketio.mjs'
import { throughput } from './measures/throughput.mjs'
import { medianOf, show } from './support/numbers.mjs'
import { databaseOf, isPeerInstalled, startPeer } from './support/peer.mjs'
import { startWebChat } from './support/server.mjs'

const RUNS = Number(process.env.BENCH_RUNS || 3)
const HISTORY = Number(process.env.BENCH_HISTORY || 50_000)
const SEARCH = Number(process.env.BENCH_SEARCH || 100_000)
const SOCKETS = 1_000
/** Seconds of each measurement beside the peer. */
const SECONDS = 8
const rows = []

/** Runs a measure `RUNS` times, each time on a new server. */
const onServer = (measure, environment) =>
  medianOf(RUNS, async () => {
    const server = await startWebChat(environment)
    try {
      return await measure(server)
    } finally {
      await server.dispose()
    }
  })

const note = (what, value, aim = '') => {
  rows.push([what, value, aim])
  console.log(`  ${what}: ${value}`)
}
const ms = (value) => `${show(value)} ms`

const measures = {
  async latency() {
    for (const perSecond of [100, 500]) {
      const found = await onServer(({ url }) => latency(url, { sockets: 200, perSecond, seconds: 5 }))
      const at = `200 sockets in groups of 10, ${perSecond} messages/s`
      note(`${at}: delivery p50 / p99`, `${ms(found.deliveryP50)} / ${ms(found.deliveryP99)}`)
      note(
        `${at}: acknowledged p50 / p99`,
        `${ms(found.acknowledgedP50)} / ${ms(found.acknowledgedP99)}`,
        perSecond === 500 ? '≤ 20 ms / ≤ 100 ms' : '',
      )
    }
    const direct = { sockets: 50, perSecond: 500, seconds: 5, chats: pairs(50, 250) }
    const found = await onServer(({ url }) => latency(url, direct))
    note(
      '250 chats of two, 500 messages/s: acknowledged p50 / p99',
      `${ms(found.acknowledgedP50)} / ${ms(found.acknowledgedP99)}`,
      '≤ 5 ms / ≤ 30 ms',
    )
  },

  async valkey() {
    const url = process.env.VALKEY_URL
    if (!url)
      return console.log('  set VALKEY_URL, to a Valkey of no other use, to measure what the way through it costs')
    const load = { sockets: 200, perSecond: 100, seconds: 5 }
    const found = await onServer((server) => latency(server.url, load), { VALKEY_URL: url })
    note(
      '200 sockets in groups of 10, 100 messages/s, through Valkey: delivery p50 / p99',
      `${ms(found.deliveryP50)} / ${ms(found.deliveryP99)}`,
    )
    const idle = await onServer((server) => bystander(server, url, { messages: 50_000 }), { VALKEY_URL: url })
    note('CPU of a message of another task that is for nobody here', `${show(idle.cpu)} µs`)
  },

  async fanout() {
    const ours = await onServer((server) => fanout(server, { sockets: SOCKETS, single: 30, burst: 500 }))
    const theirs = await medianOf(RUNS, () => socketioFanout({ sockets: SOCKETS, burst: 500 }))
    const ratio = ours.cpuPerDelivery / theirs.cpuPerDelivery
    note(
      'one message to 1,000 sockets: the last has it, p50 / p99',
      `${ms(ours.lastP50)} / ${ms(ours.lastP99)}`,
      'p99 ≤ 300 ms',
    )
    note('CPU of a delivery, stored and checked', `${show(ours.cpuPerDelivery)} µs`)
    note('CPU of a delivery of bare Socket.IO', `${show(theirs.cpuPerDelivery)} µs`)
    note('… ours to theirs', show(ratio), '≤ 0.25')
  },

  async throughput() {
    for (const conversations of [1, 100]) {
      const found = await onServer((server) => throughput(server, { conversations, seconds: 5 }))
      const where = conversations === 1 ? 'one busy conversation' : `${conversations} conversations`
      note(`durable sends, ${where}`, `${show(found.perSecond)}/s, ${show(found.perCpuSecond)} a CPU second`)
    }
  },

  /** Measures WebChat and the usual stack in turn on the same store, so that other load on the machine affects both. */
  async beside() {
    if (!isPeerInstalled)
      return console.log('  npm install --prefix bench/peers, to measure beside NestJS + Socket.IO + mongoose')
    const environment = process.env.MONGODB_URI
      ? { MONGODB_URI: databaseOf('webchat'), JWT_SECRET: 'a secret that only the bench knows' }
      : {}
    for (const [what, load, aim] of [
      ['100 direct chats', DIRECT, '≥ 3'],
      ['a group of 200', GROUP, '≥ 5'],
    ]) {
      const both = await medianOf(RUNS, async () => {
        const ours = await startWebChat(environment)
        const mine = await openWebChat(ours.url, load)
          .then((opened) => talkFor(ours, opened, load, SECONDS))
          .finally(() => ours.dispose())
        const theirs = await startPeer()
        const peer = await openAtPeer(theirs.url, load)
          .then((opened) => talkFor(theirs, opened, load, SECONDS))
          .finally(() => theirs.dispose())
        return {
          ours: mine.perCpuSecond,
          theirs: peer.perCpuSecond,
          ratio: mine.perCpuSecond / peer.perCpuSecond,
          perSecond: mine.perSecond,
          peerPerSecond: peer.perSecond,
        }
      })
      note(`${what}: messages a CPU second, WebChat / peer`, `${show(both.ours)} / ${show(both.theirs)}`)
      note(`${what}: messages a second, WebChat / peer`, `${show(both.perSecond)} / ${show(both.peerPerSecond)}`)
      note(`… ours to theirs, a CPU second`, show(both.ratio), aim)
    }
  },

  async history() {
    const small = await onServer(({ url }) => history(url, { messages: 100, pages: 200 }))
    const large = await onServer(({ url }) => history(url, { messages: HISTORY, pages: 200 }))
    note('a page of 50 in 100 messages, p50 / p99', `${ms(small.p50)} / ${ms(small.p99)}`)
    note(
      `a page of 50 in ${HISTORY.toLocaleString('en')} messages, p50 / p99`,
      `${ms(large.p50)} / ${ms(large.p99)}`,
      'p99 ≤ 50 ms',
    )
    note('… large to small, p50', show(large.p50 / small.p50), 'about 1')
  },

  /** Once, because filling and indexing the conversation takes most of the time. */
  async search() {
    const found = await search({ messages: SEARCH, times: 20 })
    note('CPU of indexing a message', `${show(found.indexing)} µs`)
    for (const { kind, p50, p95, cpu } of found.byKind)
      note(`search for ${kind}: p50 / p95, CPU`, `${ms(p50)} / ${ms(p95)}, ${ms(cpu)}`)
    const where = `in ${SEARCH.toLocaleString('en')} messages`
    note(`search ${where}: p50 / p95, CPU`, `${ms(found.p50)} / ${ms(found.p95)}, ${ms(found.cpu)}`, 'p95 ≤ 300 ms')
    note('… what another person waits meanwhile, p99 / longest', `${ms(found.waitP99)} / ${ms(found.waitMax)}`)
  },

  async list() {
    const found = await onServer((server) => list(server, { chats: 500, times: 30 }))
    note('a list of 500 chats, everything unread: CPU', `${show(found.unread)} ms`, '≤ 60 ms')
    note('… the first time it is asked for', `${show(found.first)} ms`)
    note('… nothing unread', `${show(found.read)} ms`)
  },

  async start() {
    const cold = await medianOf(RUNS, async () => {
      const server = await startWebChat()
      await server.dispose()
      return { took: server.startedIn }
    })
    note('from the command to serving, empty database', ms(cold.took))
  },

  async memory() {
    const found = await onServer((server) => memory(server, { sockets: 2_000 }))
    note('memory of an idle connection', `${show(found.perConnection)} kB`, '≤ 12 kB')
  },
}

const wanted = process.env.BENCH_ONLY ? process.env.BENCH_ONLY.split(',') : Object.keys(measures)
for (const name of wanted) {
  console.log(name)
  await measures[name]()
}

const machine = {
  node: process.version,
  cpus: cpus().length,
  model: cpus()[0].model.trim(),
  load: loadavg()[0],
  runs: RUNS,
}
if (process.env.BENCH_JSON) {
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim()
  const figures = rows.map(([what, measured, aim]) => ({ what, measured, ...(aim && { aim }) }))
  writeFileSync(
    process.env.BENCH_JSON,
    `${JSON.stringify({ at: new Date().toISOString(), commit, ...machine, figures }, null, 2)}\n`,
  )
}

const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column].length)))
console.log(
  `\nNode ${machine.node}, ${machine.cpus} × ${machine.model}, load ${machine.load.toFixed(1)}, medians of ${RUNS} runs\n`,
)
for (const [what, value, aim] of rows)
  console.log(`${what.padEnd(widths[0])}  ${value.padEnd(widths[1])}  ${aim && `aim: ${aim}`}`)
process.exit(0)
