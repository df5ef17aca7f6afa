import { AppError, invalidField } from '#shared/errors'
import { setPriority } from 'node:os'
import { WORKER_LIMITS } from './limits'
import { runJob } from './jobs'
import { readExactly, type ByteRange, type FromWorker, type ToWorker } from './protocol'

// The process that parses files, or fetches pages of the web. What strangers sent is parsed here and nowhere else. The
// process has no secret, connects to nothing but those pages, and runs one job at a time. The server kills it when it takes
// too long or too much memory.

/** The niceness of this process when it opens files, of 0 to 19. Messages must not wait for pictures. */
const NICENESS = 10

// The worker ends with its server, which lets jobs finish. A signal to both (Ctrl+C) must not break a job off.
process.on('disconnect', () => process.exit(0))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
// On systems where the server cannot see the worker's memory, the worker watches it itself.
setInterval(() => {
  if (process.memoryUsage.rss() > WORKER_LIMITS.memoryBytes) process.exit(1)
}, WORKER_LIMITS.watchMs).unref()

process.on('message', (message: ToWorker) => {
  work(message).then(answer, (error: unknown) => {
    // Any other error is a decoder's, about bytes that are broken or made to break it.
    const issues = error instanceof AppError ? error.issues : undefined
    answer({ refused: issues ?? invalidField('file', 'unreadable', 'This file cannot be read.').issues! })
  })
})

async function work({ job, size }: ToWorker): Promise<FromWorker> {
  // A page has a deadline and costs little.
  if (job.task !== 'page') lowerPriority()
  const read = (range: ByteRange) => {
    answer({ read: range })
    return readExactly(process.stdin, range.end - range.start + 1)
  }
  const result = (await runJob(job, { size, read })) as unknown as Record<string, unknown>
  const names = Object.keys(result).filter((name) => Buffer.isBuffer(result[name]))
  const buffers = names.map((name) => result[name] as Buffer)
  for (const buffer of buffers) process.stdout.write(buffer)
  const rest = Object.fromEntries(Object.entries(result).filter(([name]) => !names.includes(name)))
  return { result: rest, buffers: names.map((name, index) => ({ name, length: buffers[index]!.length })) }
}

function lowerPriority(): void {
  try {
    setPriority(NICENESS)
  } catch {
    // Some systems do not let a process lower its own priority.
  }
}

function answer(message: FromWorker): void {
  process.send?.(message)
}
