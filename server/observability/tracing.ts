import { tracingChannel } from 'node:diagnostics_channel'
import type { EventEmitter } from 'node:events'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type * as OpenTelemetry from '@opentelemetry/api'
import type { Attributes, Span, Tracer } from '@opentelemetry/api'
import { config } from '../config'

/** null while nobody wants traces: then every function here does nothing, and no library of theirs is loaded. */
let tracing: { api: typeof OpenTelemetry; tracer: Tracer } | null = null

/**
 * Starts sending traces to the collector that OTEL_EXPORTER_OTLP_ENDPOINT names, if it names one.
 * @returns sends what is left, and stops
 */
export async function startTracing(): Promise<() => Promise<void>> {
  const { endpoint } = config.traces
  if (!endpoint) return async () => {}
  const [api, { NodeTracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, { resourceFromAttributes }] = await Promise.all([
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
  // Its context manager is what makes a query a child of the request that asked it.
  provider.register()
  tracing = { api, tracer: provider.getTracer('webchat') }
  watchValkey()
  return () => provider.shutdown()
}

/** Runs something within a span, which fails when it does. */
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

/** Answers an HTTP request within a span that ends with the answer. What a stranger says of a trace is not believed. */
export function tracedAnswer(request: IncomingMessage, response: ServerResponse, answer: () => void): void {
  if (!tracing) return answer()
  const { api, tracer } = tracing
  const method = request.method ?? ''
  tracer.startActiveSpan(method, { kind: api.SpanKind.SERVER, attributes: { 'http.request.method': method } }, (span) => {
    response.once('close', () => {
      span.setAttribute('http.response.status_code', response.statusCode)
      if (response.statusCode >= 500) fail(span)
      // Last, so that whoever knows the route names it first.
      setImmediate(() => span.end())
    })
    answer()
  })
}

/** Names the span of a request by its route's pattern: addresses hold secrets. */
export function routeNamer(): (method: string, route: string) => void {
  const span = tracing?.api.trace.getActiveSpan()
  return (method, route) => void span?.updateName(`${method} ${route}`).setAttribute('http.route', route)
}

/** Makes a span of each command of the database's client: its name and collection, never what is in it. */
export function traceDatabase(client: EventEmitter): void {
  if (!tracing) return
  const spans = new Map<number, Span>()
  client.on('commandStarted', ({ requestId, commandName, command }: { requestId: number; commandName: string; command: Record<string, unknown> }) => {
    const collection = typeof command[commandName] === 'string' ? command[commandName] : ''
    const span = startChild(`${commandName} ${collection}`.trim(), { 'db.system.name': 'mongodb', 'db.operation.name': commandName, 'db.collection.name': collection })
    if (span) spans.set(requestId, span)
  })
  const end = (requestId: number, failed: boolean) => {
    const span = spans.get(requestId)
    spans.delete(requestId)
    if (span && failed) fail(span)
    span?.end()
  }
  client.on('commandSucceeded', ({ requestId }: { requestId: number }) => end(requestId, false))
  client.on('commandFailed', ({ requestId }: { requestId: number }) => end(requestId, true))
}

/** Makes a span of each command to Valkey, by its name: keys and values stay out. */
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

/** A span within the request at hand; null where there is none: what runs by itself has no story to tell. */
function startChild(name: string, attributes: Attributes): Span | null {
  if (!tracing?.api.trace.getActiveSpan()) return null
  return tracing.tracer.startSpan(name, { kind: tracing.api.SpanKind.CLIENT, attributes })
}

function fail(span: Span): void {
  span.setStatus({ code: 2 })
}
