import { fork, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { AppError, type ErrorIssue } from '#shared/errors'
import { WORKER_LIMITS } from './worker/limits'
import { readExactly, type ByteRange, type FromWorker, type Job, type Results } from './worker/protocol'

/** A stored file, or bytes at hand. */
export interface Source {
  /** Bytes. */
  size: number
  read(range: ByteRange): Promise<Readable>
}

/** The worker went on a job: it took too long, took too much memory, or its code broke on the file. */
export class WorkerLost extends Error {
  constructor(readonly reason: 'time' | 'memory' | 'crash') {
    super(`The worker that opens files is gone: ${reason}.`)
  }
}

/** Beside the server's own code, or where development has put it (modules/filesWorker.ts). */
const ENTRY = process.env.WEBCHAT_DEVELOPMENT_FILES_WORKER ?? fileURLToPath(new URL('filesWorker.mjs', import.meta.url))
/** What a worker needs of the server's environment; secrets are not for a process that strangers' bytes run through. */
const INHERITED = ['PATH', 'LD_LIBRARY_PATH', 'SystemRoot']
const ENVIRONMENT = {
  UV_THREADPOOL_SIZE: '2',
  // With these glibc gives back what a picture took, instead of keeping it for the next.
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '1000000',
  MALLOC_TRIM_THRESHOLD_: '1000000',
  // libvips puts what is large into the system's folder for temporary files, unless nothing is large.
  VIPS_DISC_THRESHOLD: '1t',
  VIPS_BLOCK_UNTRUSTED: '1',
}
/** Linux counts CPU in hundredths of a second for everyone who asks. */
const TICK_MS = 10

/** A process that opens files, for one job at a time. */
export class WorkerProcess {
  private readonly child: ChildProcess

  constructor(onExit: () => void) {
    const inherited = Object.fromEntries(INHERITED.map((name) => [name, process.env[name]]))
    this.child = fork(ENTRY, [], {
      serialization: 'advanced',
      stdio: ['pipe', 'pipe', 'ignore', 'ipc'],
      execArgv: [`--max-old-space-size=${WORKER_LIMITS.heapMib}`, '--max-semi-space-size=2'],
      env: { ...inherited, ...ENVIRONMENT },
    })
    this.child.once('exit', onExit)
    // Its end is what counts; a write to one that has just ended is not worth more.
    for (const part of [this.child, this.child.stdin!, this.child.stdout!]) part.on('error', () => {})
  }

  /** @throws AppError INVALID from the job, WorkerLost, what reading the source throws; the worker is of no use after the latter two */
  async run<T extends Job>(job: T, source: Source): Promise<Results[T['task']]> {
    const { child } = this
    let onMessage = (_: FromWorker) => {}
    let onExit = () => {}
    let lost: WorkerLost['reason'] = 'crash'
    const stopWatching = this.watch((reason) => (lost = reason))
    try {
      return await new Promise<Results[T['task']]>((resolve, reject) => {
        onExit = () => reject(new WorkerLost(lost))
        onMessage = (message) => {
          if ('read' in message) this.send(source, message.read).catch(reject)
          else if ('refused' in message) reject(refusal(message.refused))
          else this.receive(message).then((result) => resolve(result as Results[T['task']]), reject)
        }
        child.once('exit', onExit)
        child.on('message', onMessage as (message: unknown) => void)
        if (child.exitCode !== null || child.signalCode !== null) onExit()
        else child.send({ job, size: source.size })
      })
    } finally {
      stopWatching()
      child.off('exit', onExit).off('message', onMessage as (message: unknown) => void)
    }
  }

  /** Whether it keeps so much memory of what it has done that another had better do the next. */
  get isGrown(): boolean {
    return usageOf(this.child.pid).memoryBytes > WORKER_LIMITS.keptBytes
  }

  /** Ends it, whatever it does. Resolves when its memory is free. */
  async kill(): Promise<void> {
    const { child } = this
    if (child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await gone
  }

  private async send(source: Source, range: ByteRange): Promise<void> {
    const bytes = await source.read(range)
    bytes.pipe(this.child.stdin!, { end: false })
    await finished(bytes, { writable: false })
  }

  private async receive({ result, buffers }: Extract<FromWorker, { result: object }>): Promise<object> {
    const received: [string, Buffer][] = []
    for (const { name, length } of buffers) received.push([name, await readExactly(this.child.stdout!, length)])
    return { ...result, ...Object.fromEntries(received) }
  }

  /** Ends the worker when this job has had enough. @returns stops looking */
  private watch(onEnough: (reason: 'time' | 'memory') => void): () => void {
    const end = (reason: 'time' | 'memory') => {
      onEnough(reason)
      this.child.kill('SIGKILL')
    }
    const before = usageOf(this.child.pid)
    const timeout = setTimeout(end, WORKER_LIMITS.wallMs, 'time')
    const timer = setInterval(() => {
      const { memoryBytes, cpuMs } = usageOf(this.child.pid)
      if (memoryBytes > WORKER_LIMITS.memoryBytes) end('memory')
      else if (cpuMs - before.cpuMs > WORKER_LIMITS.cpuMs) end('time')
    }, WORKER_LIMITS.watchMs)
    return () => {
      clearTimeout(timeout)
      clearInterval(timer)
    }
  }
}

function refusal(issues: ErrorIssue[]): AppError {
  return new AppError('INVALID', { issues })
}

/** What a process takes, as Linux tells of it; elsewhere the worker looks at its memory itself, and time is the clock's. */
function usageOf(pid: number | undefined): { memoryBytes: number; cpuMs: number } {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1')
    // Behind the name of the program, which may hold anything, stand the state and then numbers.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ')
    const memoryBytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
    return { memoryBytes, cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS }
  } catch {
    return { memoryBytes: 0, cpuMs: 0 }
  }
}
