import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

const ENTRY = resolve(import.meta.dirname, '../../.output/server/index.mjs')
/** The servers that run. They are ended when a bench is interrupted. */
const running = new Set()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1))
/** Clock ticks per second of the CPU times in /proc, on every Linux that Node runs on. */
const TICKS = 100

/**
 * Starts a process that is measured from outside.
 * @param args the arguments of node
 * @param ready matches the line that it prints when it serves; the first group is the port
 */
export async function startProcess(args, environment, ready) {
  const started = performance.now()
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env.PATH, NODE_ENV: 'production', HOST: '127.0.0.1', PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  const port = await new Promise((done, fail) => {
    child.once('exit', (code) => fail(new Error(`The server ended with ${code}.`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const match = ready.exec(line)
      if (match) done(Number(match[1]))
    })
  })
  return {
    url: `http://127.0.0.1:${port}`,
    /** Milliseconds from the start to the line that says that it serves. */
    startedIn: performance.now() - started,
    /** The CPU seconds of all its threads so far. */
    async cpu() {
      const [, rest] = (await readFile(`/proc/${child.pid}/stat`, 'utf8')).split(') ')
      const fields = rest.split(' ')
      return (Number(fields[11]) + Number(fields[12])) / TICKS
    },
    /** The bytes of its private memory. */
    async memory() {
      const status = await readFile(`/proc/${child.pid}/status`, 'utf8')
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)[1]) * 1024
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await new Promise((done) => child.once('exit', done))
    },
  }
}

/** Starts WebChat's production build with an empty database and without rate limits. `dispose` removes its data too. */
export async function startWebChat(environment = {}) {
  if (!existsSync(ENTRY)) throw new Error('The bench runs on the production build: npm run build first.')
  const folder = environment.DATA_DIR ?? (await mkdtemp(join(tmpdir(), 'webchat-bench-')))
  const settings = { RATE_LIMIT_FACTOR: '100000', LOG_LEVEL: 'info', DATA_DIR: folder, ...environment }
  const server = await startProcess([ENTRY], settings, /WebChat is at http:\/\/[^:"]+:(\d+)/)
  return {
    ...server,
    folder,
    async dispose() {
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
