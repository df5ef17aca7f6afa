import { expect, it, describe, onTestFinished, vi } from 'vitest'
import { describeError } from '../../../server/observability/logger'
import { count, measure, startMetrics } from '../../../server/observability/metrics'
import { requestIdOf, routeOf } from '../../../server/observability/request'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

describe('the id of a request', () => {
  it.each([
    [{ 'x-request-id': 'abc-DEF_1-23' }, 'abc-DEF_1-23'],
    [{ 'x-amzn-trace-id': 'Root=1-67891233-abcdef012345678912345678' }, '1-67891233-abcdef012345678912345678'],
    [
      { 'x-amzn-trace-id': 'Self=1-6-a;Root=1-67891233-abcdef012345678912345678;Sampled=1' },
      '1-67891233-abcdef012345678912345678',
    ],
    [{ 'x-request-id': 'chosen-one', 'x-amzn-trace-id': 'Root=1-67891233-abcdef012345678912345678' }, 'chosen-one'],
  ])('is that of %o', (headers, id) => {
    expect(requestIdOf(headers)).toBe(id)
  })

  it.each([
    [{}],
    [{ 'x-request-id': 'short' }],
    [{ 'x-request-id': 'x'.repeat(65) }],
    [{ 'x-request-id': 'eyJhbGciOi.eyJzdWIiOi.c2lnbmF0dXJl' }],
    [{ 'x-request-id': '{"level":60} forged' }],
    [{ 'x-amzn-trace-id': 'Root=nonsense' }],
    [{ 'x-amzn-trace-id': 'Root=1-67891233-abcdef012345678912345678AAAA' }],
  ])('is a new one instead of %o', (headers) => {
    const [one, other] = [requestIdOf(headers), requestIdOf(headers)]
    expect(one).toMatch(UUID)
    expect(one).not.toBe(other)
  })
})

describe('the route of a request', () => {
  it.each<[string, string | undefined, string]>([
    [
      '/api/conversations/65f000000000000000000001/messages?limit=1',
      '/api/conversations/:id/messages',
      '/api/conversations/:id/messages',
    ],
    ['/api/invites/AbCdEfGhIjKlMnOpQrStUvWx/accept', '/api/invites/:token/accept', '/api/invites/:token/accept'],
    ['/invite/AbCdEfGhIjKlMnOpQrStUvWx?x=secret', '/**', '/invite/*'],
    ['/invite/abcdefghijklmnopqrstuvwx', '/**', '/invite/*'],
    ['/api/invites/AbCdEfGhIjKlMnOpQrStUvWx/accept', undefined, '/api/invites/*/accept'],
    ['/login?next=%2Fc%2F1', '/**', '/login'],
    ['/', '/**', '/'],
    ['/_nuxt/BxYz12.js', undefined, '/_nuxt/*'],
    ['/a#secret', undefined, '/a'],
    [`/${'x/'.repeat(50)}`, undefined, '/x/x/x/x/x/x/x'],
  ])('%s, taken by %s, is %s', (path, pattern, route) => {
    expect(routeOf(path, pattern)).toBe(route)
  })
})

describe('an error in the log', () => {
  it('says what went wrong, and where, without attached data', () => {
    const cause = Object.assign(new Error('E11000 duplicate key error dup key: { email: "ann@example.com" }'), {
      code: 11_000,
    })
    const error = Object.assign(new TypeError('failed', { cause }), {
      writeErrors: [{ op: { text: 'a secret text' } }],
    })
    const described = describeError(error)
    expect(described).toMatchObject({
      type: 'TypeError',
      message: 'failed',
      stack: expect.stringContaining('observability.test'),
    })
    expect(described.cause).toMatchObject({ code: 11_000, message: 'E11000 duplicate key error dup key: {…}' })
    expect(JSON.stringify(described)).not.toMatch(/secret|ann@example/)
  })

  it('can be anything that was thrown', () => {
    expect(describeError('words')).toEqual({ type: 'string', message: 'words' })
    expect(describeError(undefined)).toEqual({ type: 'undefined', message: 'undefined' })
  })
})

describe('a line of metrics', () => {
  const lines: any[] = []
  const start = () =>
    startMetrics({
      interval: 60,
      service: 'webchat',
      environment: 'test',
      connections: () => 7,
      write: (line) => lines.push(JSON.parse(line)),
    })
  /** The metrics that a line declares, with their values. */
  const valuesOf = (line: any) =>
    Object.fromEntries(line._aws.CloudWatchMetrics[0].Metrics.map(({ Name }: { Name: string }) => [Name, line[Name]]))

  it('has everything since the last line, and zeros', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
    onTestFinished(() => void vi.useRealTimers())
    const stop = start()
    count('Requests')
    count('Requests')
    count('Errors')
    for (const time of [3, 1.239, 2]) measure('RequestLatency', time)
    vi.advanceTimersByTime(60_000)
    vi.advanceTimersByTime(60_000)
    count('MessagesSent')
    stop()
    const [line, empty, last] = lines
    // A task that ends has closed its sockets: zero connections would dip the average of those that work.
    expect(valuesOf(last)).toEqual({ Requests: 0, Errors: 0, MessagesSent: 1, SlowReaders: 0 })
    expect(line._aws.CloudWatchMetrics[0]).toMatchObject({
      Namespace: 'WebChat',
      Dimensions: [['service', 'environment']],
    })
    expect(line).toMatchObject({ service: 'webchat', environment: 'test' })
    expect(Math.abs(line._aws.Timestamp - Date.now())).toBeLessThan(60_000)
    const gauges = { Connections: 7, EventLoopDelay: expect.any(Number), MemoryUsed: expect.any(Number) }
    expect(valuesOf(line)).toEqual({
      ...gauges,
      Requests: 2,
      Errors: 1,
      MessagesSent: 0,
      SlowReaders: 0,
      RequestLatency: [1.24, 2, 3],
    })
    expect(valuesOf(empty)).toEqual({ ...gauges, Requests: 0, Errors: 0, MessagesSent: 0, SlowReaders: 0 })
    expect(line.MemoryUsed).toBeGreaterThan(1_000_000)
    const units = Object.fromEntries(line._aws.CloudWatchMetrics[0].Metrics.map(({ Name, Unit }: any) => [Name, Unit]))
    expect(units).toEqual({
      Connections: 'Count',
      MessagesSent: 'Count',
      Errors: 'Count',
      Requests: 'Count',
      SlowReaders: 'Count',
      EventLoopDelay: 'Milliseconds',
      RequestLatency: 'Milliseconds',
      MemoryUsed: 'Bytes',
    })
  })

  it('keeps its percentiles if there are more values than fit into a line', () => {
    lines.length = 0
    const stop = start()
    for (let index = 0; index < 5_000; index++) measure('DeliveryLatency', (index * 7) % 5_000)
    stop()
    const values: number[] = lines[0].DeliveryLatency
    expect(values).toHaveLength(100)
    expect([values[0], values.at(-1)]).toEqual([0, 4_999])
    expect(Math.abs(values[49]! - 2_475)).toBeLessThan(30)
  })

  it('samples evenly if there are more values than it keeps', () => {
    lines.length = 0
    const random = vi.spyOn(Math, 'random').mockReturnValue(0)
    const stop = start()
    for (let index = 0; index < 10_001; index++) measure('DeliveryLatency', index + 1)
    random.mockRestore()
    stop()
    // The last one took the place of the first.
    expect([lines[0].DeliveryLatency[0], lines[0].DeliveryLatency.at(-1)]).toEqual([2, 10_001])
  })
})
