import { AppError, invalidField } from '#shared/errors'
import { setPriority } from 'node:os'
import { WORKER_LIMITS } from './limits'
import { runJob } from './jobs'
import { readExactly, type ByteRange, type FromWorker, type ToWorker } from './protocol'

// The process that opens files: what strangers sent is parsed here and nowhere else. It holds no secret and no
// connection, does one job at a time, and the server ends it when it takes too long or grows too large.

/** Of 0 to 19: whoever waits for a picture waits behind whoever waits for a message. */
const NICENESS = 10

// It ends with its server, which lets jobs finish: a signal to both at once (Ctrl+C) must not break one off.
process.on('disconnect', () => process.exit(0))
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
try {
  setPriority(NICENESS)
} catch {
  // Some systems do not let a process step back.
}
// Where the server cannot look from outside.
setInterval(() => {
  if (process.memoryUsage.rss() > WORKER_LIMITS.memoryBytes) process.exit(1)
}, WORKER_LIMITS.watchMs).unref()

process.on('message', (message: ToWorker) => {
  work(message).then(answer, (error: unknown) => {
    // What a decoder says to bytes that are broken or made to break it is no fault of ours.
    const issues = error instanceof AppError ? error.issues : undefined
    answer({ refused: issues ?? invalidField('file', 'unreadable', 'This file cannot be read.').issues! })
  })
})

async function work({ job, size }: ToWorker): Promise<FromWorker> {
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

function answer(message: FromWorker): void {
  process.send?.(message)
}
