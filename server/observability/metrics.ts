import { monitorEventLoopDelay } from 'node:perf_hooks'

/** Metrics that are counted from one line to the next. */
type Counted = 'MessagesSent' | 'Errors' | 'Requests' | 'SlowReaders'
/** Metrics that are measured in milliseconds. */
type Measured = 'DeliveryLatency' | 'RequestLatency' | 'DatabaseLatency'

/** The most measurements that are kept between two lines. Of more, a uniform sample is kept. */
const MAX_KEPT = 10_000
/** The most values of one metric in one line that CloudWatch accepts. */
const MAX_WRITTEN = 100

const counts: Record<Counted, number> = { MessagesSent: 0, Errors: 0, Requests: 0, SlowReaders: 0 }
const measured: Record<Measured, { seen: number; kept: number[] }> = {
  DeliveryLatency: { seen: 0, kept: [] },
  RequestLatency: { seen: 0, kept: [] },
  DatabaseLatency: { seen: 0, kept: [] },
}

const gauges = new Map<string, () => number>()

/** Registers a number that is read for each line. */
export function gauge(name: string, read: () => number): void {
  gauges.set(name, read)
}

/** Adds one to a counter. */
export function count(name: Counted): void {
  counts[name]++
}

/** Records a measurement, in milliseconds. */
export function measure(name: Measured, milliseconds: number): void {
  const { kept } = measured[name]
  const index = measured[name].seen++
  if (index < MAX_KEPT) kept.push(milliseconds)
  else {
    // Reservoir sampling: every measurement has the same chance to be kept.
    const replaced = Math.floor(Math.random() * (index + 1))
    if (replaced < MAX_KEPT) kept[replaced] = milliseconds
  }
}

interface Options {
  /** Seconds. */
  interval: number
  service: string
  environment: string
  connections(): number
  /** Writes a line, by default to standard output. */
  write?(line: string): void
}

/**
 * Writes a line in CloudWatch's embedded metric format at every interval. The collector of the log makes metrics of it.
 * @returns a function that writes the last line, with what was counted since the one before, and stops
 */
export function startMetrics({
  interval,
  service,
  environment,
  connections,
  write = toStandardOutput,
}: Options): () => void {
  const delay = monitorEventLoopDelay({ resolution: 20 })
  delay.enable()
  const emit = (now: Record<string, number>) => write(JSON.stringify(lineOf({ service, environment }, now)))
  const timer = setInterval(() => {
    // The percentile is NaN when the histogram is empty, because no timer was due between two lines.
    const eventLoopDelay = round((delay.percentile(99) || 0) / 1e6)
    const others = Object.fromEntries([...gauges].map(([name, read]) => [name, read()]))
    emit({
      Connections: connections(),
      EventLoopDelay: eventLoopDelay,
      MemoryUsed: process.memoryUsage.rss(),
      ...others,
    })
    delay.reset()
  }, interval * 1_000)
  timer.unref()
  return () => {
    clearInterval(timer)
    // Gauges are left out: a task that stops has no connections any more, which would lower the averages.
    emit({})
    delay.disable()
  }
}

function lineOf(dimensions: { service: string; environment: string }, now: Record<string, number>) {
  const values: Record<string, number | number[]> = { ...counts, ...now }
  for (const [name, { kept }] of Object.entries(measured)) {
    // A metric without measurements is left out: zero milliseconds would be wrong, and an empty list is refused.
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

/** Reduces values to as many as a line may have, evenly from the smallest to the largest, so that percentiles stay. */
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
