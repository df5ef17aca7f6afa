import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { expect, it, onTestFinished } from 'vitest'
import { newClientId, register } from '../support/person'
import { startServer } from '../support/server'

interface Sent {
  name: string
  spanId: string
  parentSpanId?: string
  traceId: string
}

/** A collector that keeps what it is sent. */
async function startCollector() {
  const spans: Sent[] = []
  const server = createServer(async (request: IncomingMessage, response) => {
    const body = JSON.parse((await buffer(request)).toString())
    for (const { scopeSpans } of body.resourceSpans) for (const scope of scopeSpans) spans.push(...scope.spans)
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return { spans, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

it('sends requests, socket requests and their database commands to a collector, by names only', async () => {
  const { spans, url } = await startCollector()
  const server = await startServer({ OTEL_EXPORTER_OTLP_ENDPOINT: url })
  const ann = await register(server.url)
  const bob = await register(server.url)
  const chat = await ann.chatWith(bob)
  const socket = await ann.connect()
  await socket.request('message.send', { conversationId: chat.id, clientId: newClientId(), text: 'a secret of ours' })
  await server.stop()
  const named = (name: string) => spans.find((span) => span.name === name)!
  const kinds = ['POST /api/conversations', 'socket message.send'].map(named)
  for (const root of kinds) {
    const children = spans.filter(({ parentSpanId }) => parentSpanId === root.spanId)
    expect(children.map(({ name }) => name).join()).toMatch(/find|insert|update/)
    expect(children.every(({ traceId }) => traceId === root.traceId)).toBe(true)
  }
  expect(JSON.stringify(spans)).not.toMatch(new RegExp(`a secret of ours|${chat.id}|${ann.user.id}`))
})
