import { monitorEventLoopDelay } from 'node:perf_hooks'

/** What is counted from one line to the next. */
type Counted = 'MessagesSent' | 'Errors' | 'Requests' | 'SlowReaders'
/** What is measured, in milliseconds. */
type Measured = 'DeliveryLatency' | 'RequestLatency' | 'DatabaseLatency'

/** Measurements kept between two lines; of more, an even sample. */
const MAX_KEPT = 10_000
/** Values of one metric in one line: what CloudWatch takes. */
const MAX_WRITTEN = 100

const counts: Record<Counted, number> = { MessagesSent: 0, Errors: 0, Requests: 0, SlowReaders: 0 }
const measured: Record<Measured, { seen: number; kept: number[] }> = {
  DeliveryLatency: { seen: 0, kept: [] },
  RequestLatency: { seen: 0, kept: [] },
  DatabaseLatency: { seen: 0, kept: [] },
}

const gauges = new Map<string, () => number>()

/** Has a number read for each line. */
export function gauge(name: string, read: () => number): void {
  gauges.set(name, read)
}

/** Counts one more of something. */
export function count(name: Counted): void {
  counts[name]++
}

/** Notes how long something took, in milliseconds. */
export function measure(name: Measured, milliseconds: number): void {
  const { kept } = measured[name]
  const place = measured[name].seen++
  if (place < MAX_KEPT) kept.push(milliseconds)
  else {
    // Each of all that were seen is kept with the same chance.
    const instead = Math.floor(Math.random() * (place + 1))
    if (instead < MAX_KEPT) kept[instead] = milliseconds
  }
}

interface Options {
  /** Seconds. */
  interval: number
  service: string
  environment: string
  connections(): number
  /** Takes a line; standard output unless a test listens. */
  write?(line: string): void
}

/**
 * Writes a line of CloudWatch's embedded metric format at every interval: the log's collector makes metrics of it.
 * @returns writes the last line, of what was counted since the one before, and stops
 */
export function startMetrics({ interval, service, environment, connections, write = toStandardOutput }: Options): () => void {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  const emit = (now: Record<string, number>) => write(JSON.stringify(lineOf({ service, environment }, now)))
  const timer = setInterval(() => {
    // The histogram is empty, and NaN, when nothing was due between two lines.
    const eventLoopDelay = round((delay.percentile(99) || 0) / 1e6)
    const others = Object.fromEntries([...gauges].map(([name, read]) => [name, read()]))
    emit({ Connections: connections(), EventLoopDelay: eventLoopDelay, MemoryUsed: process.memoryUsage.rss(), ...others })
    delay.reset()
  }, interval * 1_000)
  timer.unref()
  return () => {
    clearInterval(timer)
    // What a task that goes holds by now, no connection, is no measurement of a task that works: averages would dip.
    emit({})
    delay.disable()
  }
}

function lineOf(dimensions: { service: string; environment: string }, now: Record<string, number>) {
  const values: Record<string, number | number[]> = { ...counts, ...now }
  for (const [name, { kept }] of Object.entries(measured)) {
    // Zero milliseconds would be a lie, and an empty list is refused: what was not measured is left out.
    if (kept.length > 0) values[name] = thin(kept)
  }
  for (const name of Object.keys(counts)) counts[name as Counted] = 0
  for (const entry of Object.values(measured)) {
    entry.seen = 0
    entry.kept = []
  }
  const metrics = Object.keys(values).map((name) => ({ Name: name, Unit: unitOf(name) }))
  return {
    _aws: {
      Timestamp: Date.now(),
      CloudWatchMetrics: [{ Namespace: 'WebChat', Dimensions: [['service', 'environment']], Metrics: metrics }],
    },
    ...dimensions,
    ...values,
  }
}

function unitOf(name: string): string {
  if (name === 'MemoryUsed') return 'Bytes'
  return name.endsWith('Latency') || name.endsWith('Delay') ? 'Milliseconds' : 'Count'
}

/** As many values as a line takes, evenly from the smallest to the largest: percentiles stay what they are. */
function thin(values: number[]): number[] {
  const sorted = values.toSorted((a, b) => a - b)
  if (sorted.length <= MAX_WRITTEN) return sorted.map(round)
  const step = (sorted.length - 1) / (MAX_WRITTEN - 1)
  return Array.from({ length: MAX_WRITTEN }, (_, index) => round(sorted[Math.round(index * step)]!))
}

function round(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100
}

function toStandardOutput(line: string): void {
  process.stdout.write(`${line}\n`)
}
