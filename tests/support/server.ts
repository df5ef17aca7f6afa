import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

/** The build that is tested: the one in the repository, unless TEST_OUTPUT names another. */
export const OUTPUT = resolve(import.meta.dirname, '../..', process.env.TEST_OUTPUT ?? '.output')

/** The servers that run. They are ended with the tests, also those of tests that failed. */
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export interface TestServer {
  /** http://127.0.0.1:port */
  url: string
  port: number
  dataDir: string
  process: ChildProcess
  /** The lines that the server has logged. */
  log: string[]
  /** Ends it as an operator would. @returns the exit code */
  stop(): Promise<number | null>
  /** Ends it as a power cut would. */
  kill(): Promise<void>
  /** Ends it at once and removes its data, for a test that no longer needs it. */
  discard(): Promise<void>
}

/**
 * Starts the production build as a separate process on a free port. By default its embedded database is empty, and there
 * are no rate limits unless `RATE_LIMIT_FACTOR` is set.
 */
export async function startServer(environment: Record<string, string> = {}, output = OUTPUT): Promise<TestServer> {
  const entry = join(output, 'server/index.mjs')
  if (!existsSync(entry)) throw new Error('These tests run on the production build: npm run build first.')
  const dataDir = environment.DATA_DIR ?? (await mkdtemp(join(tmpdir(), 'webchat-test-')))
  const child = spawn(process.execPath, [entry], {
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      HOST: '127.0.0.1',
      PORT: '0',
      DATA_DIR: dataDir,
      RATE_LIMIT_FACTOR: '1000',
      // Nothing outside is asked, unless a test is about that.
      LINK_PREVIEWS: 'false',
      ...(process.env.TEST_MONGODB_URI && databaseOf(process.env.TEST_MONGODB_URI, dataDir)),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  running.add(child)
  child.once('exit', () => running.delete(child))
  const log: string[] = []
  createInterface({ input: child.stderr! }).on('line', (line) => log.push(line))
  const port = await new Promise<number>((resolve, reject) => {
    createInterface({ input: child.stdout! }).on('line', (line) => {
      log.push(line)
      // With APP_URL the line names that address, and the test has chosen the port.
      const listening = /WebChat is at (?:http:\/\/[^:"]+:(\d+)|http)/.exec(line)
      if (listening) resolve(Number(environment.APP_URL ? environment.PORT : listening[1]))
    })
    child.once('exit', (code) => reject(new Error(`The server ended with ${code}:\n${log.join('\n')}`)))
  })
  const kill = async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    dataDir,
    process: child,
    log,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGTERM')
        await once(child, 'exit')
      }
      if (!environment.DATA_DIR) await rm(dataDir, { recursive: true, force: true })
      return child.exitCode
    },
    kill,
    async discard() {
      await kill()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

/** The setting for a separate database on the real MongoDB of the tests. The same folder gets the same database. */
function databaseOf(uri: string, dataDir: string): Record<string, string> {
  const address = new URL(uri)
  address.pathname = `/${dataDir.split('/').at(-1)}`
  return { MONGODB_URI: address.href, JWT_SECRET: 'a secret that only the tests have' }
}
