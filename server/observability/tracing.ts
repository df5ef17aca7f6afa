import { tracingChannel } from 'node:diagnostics_channel'
import type { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type * as OpenTelemetry from '@opentelemetry/api'
import type { Attributes, Span, Tracer } from '@opentelemetry/api'
import { config } from '../config'

/** Null while tracing is off: then the functions here do nothing, and none of the tracing libraries is loaded. */
let tracing: { api: typeof OpenTelemetry; tracer: Tracer } | null = null

/**
 * Starts sending traces to the collector at OTEL_EXPORTER_OTLP_ENDPOINT, if that is set.
 * @returns a function that sends the remaining traces and stops
 */
export async function startTracing(): Promise<() => Promise<void>> {
  const { endpoint } = config.traces
  if (!endpoint) return async () => {}
  const [api, { NodeTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, { resourceFromAttributes }] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace-node'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ])
  const { service, environment } = config.metrics
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': service, 'deployment.environment.name': environment }),
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: `${endpoint}/v1/traces` }))],
  })
  // This registers a context manager, which makes a query's span a child of its request's span.
  provider.register()
  tracing = { api, tracer: provider.getTracer('webchat') }
  watchValkey()
  return () => provider.shutdown()
}

/** Runs `run` within a span. The span is marked as failed when `run` rejects. */
export function traced<T>(name: string, attributes: Attributes, run: () => Promise<T>): Promise<T> {
  if (!tracing) return run()
  const { api, tracer } = tracing
  return tracer.startActiveSpan(name, { kind: api.SpanKind.SERVER, attributes }, async (span) => {
    try {
      return await run()
    } catch (error) {
      fail(span)
      throw error
    } finally {
      span.end()
    }
  })
}

/** Answers an HTTP request within a span that ends with the answer. A client's own trace headers are not trusted. */
export function tracedAnswer(request: IncomingMessage, response: ServerResponse, answer: () => void): void {
  if (!tracing) return answer()
  const { api, tracer } = tracing
  const method = request.method ?? ''
  tracer.startActiveSpan(
    method,
    { kind: api.SpanKind.SERVER, attributes: { 'http.request.method': method } },
    (span) => {
      response.once('close', () => {
        span.setAttribute('http.response.status_code', response.statusCode)
        if (response.statusCode >= 500) fail(span)
        // The span ends last, so that the code that knows the route can name it before.
        setImmediate(() => span.end())
      })
      answer()
    },
  )
}

/** A function that names the current request's span by the pattern of its route, because paths may contain secrets. */
export function routeNamer(): (method: string, route: string) => void {
  const span = tracing?.api.trace.getActiveSpan()
  return (method, route) => void span?.updateName(`${method} ${route}`).setAttribute('http.route', route)
}

/** Makes a span for each command of the database's client, with its name and collection but never its content. */
export function traceDatabase(client: EventEmitter): void {
  if (!tracing) return
  const spans = new Map<number, Span>()
  client.on(
    'commandStarted',
    ({
      requestId,
      commandName,
      command,
    }: {
      requestId: number
      commandName: string
      command: Record<string, unknown>
    }) => {
      const collection = typeof command[commandName] === 'string' ? command[commandName] : ''
      const span = startChild(`${commandName} ${collection}`.trim(), {
        'db.system.name': 'mongodb',
        'db.operation.name': commandName,
        'db.collection.name': collection,
      })
      if (span) spans.set(requestId, span)
    },
  )
  const end = (requestId: number, failed: boolean) => {
    const span = spans.get(requestId)
    spans.delete(requestId)
    if (span && failed) fail(span)
    span?.end()
  }
  client.on('commandSucceeded', ({ requestId }: { requestId: number }) => end(requestId, false))
  client.on('commandFailed', ({ requestId }: { requestId: number }) => end(requestId, true))
}

/** Makes a span for each command to Valkey, with its name but without keys and values. */
function watchValkey(): void {
  const spans = new WeakMap<object, Span>()
  tracingChannel<unknown, { command: string }>('node-redis:command').subscribe({
    start(message) {
      const span = startChild(message.command, { 'db.system.name': 'redis', 'db.operation.name': message.command })
      if (span) spans.set(message, span)
    },
    end: () => {},
    asyncStart: () => {},
    asyncEnd: (message) => spans.get(message)?.end(),
    error(message) {
      const span = spans.get(message)
      if (span) fail(span)
    },
  })
}

/** Starts a span within the current request's span. Null: no request is traced, so background work is not traced. */
function startChild(name: string, attributes: Attributes): Span | null {
  if (!tracing?.api.trace.getActiveSpan()) return null
  return tracing.tracer.startSpan(name, { kind: tracing.api.SpanKind.CLIENT, attributes })
}

function fail(span: Span): void {
  span.setStatus({ code: 2 })
}
