import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { freePort } from './raw'

const SERVER = process.env.VALKEY_SERVER ?? 'redis-server'
const PASSWORD = 'a password that only the tests have'

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

export interface TestValkey {
  /** redis://:password@127.0.0.1:port */
  url: string
  /** Ends it as a power cut would: all its data is lost. */
  kill(): Promise<void>
  /** Starts it again on the same port, empty. */
  start(): Promise<void>
  /** Stops it from answering while its connections stay open, as behind a broken network. */
  pause(): void
  resume(): void
}

/** Starts a separate, real Valkey or Redis server with a password. It stores nothing on disk. */
export async function startValkey(): Promise<TestValkey> {
  const port = await freePort()
  const settings = [
    '--port',
    port,
    '--bind',
    '127.0.0.1',
    '--requirepass',
    PASSWORD,
    '--save',
    '',
    '--appendonly',
    'no',
  ]
  let child: ChildProcess
  const valkey: TestValkey = {
    url: `redis://:${encodeURIComponent(PASSWORD)}@127.0.0.1:${port}`,
    async kill() {
      if (child.exitCode !== null || child.signalCode !== null) return
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
    start() {
      child = spawn(SERVER, settings.map(String), { stdio: ['ignore', 'pipe', 'inherit'] })
      running.add(child)
      child.once('exit', () => running.delete(child))
      return new Promise((resolve, reject) => {
        child.once('error', () =>
          reject(new Error('These tests need redis-server, or the path of one in VALKEY_SERVER.')),
        )
        child.once('exit', (code) => reject(new Error(`redis-server ended with ${code}.`)))
        createInterface({ input: child.stdout! }).on('line', (line) => {
          if (line.includes('Ready to accept connections')) resolve()
        })
      })
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
  }
  await valkey.start()
  return valkey
}
