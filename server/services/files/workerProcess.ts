import { fork, type ChildProcess } from 'node:child_process'
import { readFileSync } from 'node:fs'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { AppError, type ErrorIssue } from '#shared/errors'
import { WORKER_LIMITS } from './worker/limits'
import { readExactly, type ByteRange, type FromWorker, type Job, type Results } from './worker/protocol'

/** A stored file, or bytes in memory. */
export interface Source {
  /** Bytes. */
  size: number
  read(range: ByteRange): Promise<Readable>
}

/** The worker ended during a job: the job took too long or too much memory, or its code crashed. */
export class WorkerLost extends Error {
  constructor(readonly reason: 'time' | 'memory' | 'crash') {
    super(`The worker that opens files is gone: ${reason}.`)
  }
}

/** The worker's script: next to the server's own code, or where development puts it (modules/filesWorker.ts). */
const ENTRY = process.env.WEBCHAT_DEVELOPMENT_FILES_WORKER ?? fileURLToPath(new URL('filesWorker.mjs', import.meta.url))
/** The variables that a worker inherits. It parses files from strangers, so it gets no secrets. */
const INHERITED = ['PATH', 'LD_LIBRARY_PATH', 'SystemRoot']
const ENVIRONMENT = {
  UV_THREADPOOL_SIZE: '2',
  // These make glibc return the memory of a picture instead of keeping it for the next one.
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '1000000',
  MALLOC_TRIM_THRESHOLD_: '1000000',
  // libvips writes pictures above this size into temporary files. With this threshold it never does.
  VIPS_DISC_THRESHOLD: '1t',
  VIPS_BLOCK_UNTRUSTED: '1',
}
/** Linux reports CPU time in hundredths of a second. */
const TICK_MS = 10

/** A process that parses files, one job at a time. */
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
    // The exit event reports the end of the process. Errors of writes to a process that has just ended add nothing.
    for (const part of [this.child, this.child.stdin!, this.child.stdout!]) part.on('error', () => {})
  }

  /**
   * Runs a job on a file.
   * @throws AppError INVALID from the job; WorkerLost; what reading the source throws. After the latter two the worker
   *   must be replaced
   */
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
          else if ('refused' in message) reject(refusedError(message.refused))
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

  /** Whether it keeps so much memory after its jobs that a new process should run the next one. */
  get isGrown(): boolean {
    return usageOf(this.child.pid).memoryBytes > WORKER_LIMITS.keptBytes
  }

  /** Kills the process, whatever it does. Resolves when its memory is free. */
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

  /** Kills the worker when its job exceeds a limit. @returns a function that stops watching */
  private watch(onExceeded: (reason: 'time' | 'memory') => void): () => void {
    const end = (reason: 'time' | 'memory') => {
      onExceeded(reason)
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

function refusedError(issues: ErrorIssue[]): AppError {
  return new AppError('INVALID', { issues })
}

/**
 * A process's memory and CPU time on Linux. Elsewhere both are 0: the worker watches its own memory, and wall time
 * counts.
 */
function usageOf(pid: number | undefined): { memoryBytes: number; cpuMs: number } {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1')
    // The program's name may contain anything. After it come the state and then numbers.
    const fields = readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)!.split(' ')
    const memoryBytes = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) * 1024
    return { memoryBytes, cpuMs: (Number(fields[11]) + Number(fields[12])) * TICK_MS }
  } catch {
    return { memoryBytes: 0, cpuMs: 0 }
  }
}
