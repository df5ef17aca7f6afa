import { createServer, request, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What the proxy does with a request: passes it on, passes it on and loses the answer, answers 503, or cuts the connection. */
type Fate = 'pass' | 'mute' | 'busy' | 'cut'

export interface Proxy {
  url: string
  /** Decides about each request. By default all pass. */
  decide: (request: IncomingMessage) => Fate
  /** How many requests had each fate. */
  counts: Record<Fate, number>
  stop(): Promise<void>
}

/** Starts a proxy in front of a store, which can fail as real stores do. */
export async function startProxy(target: string): Promise<Proxy> {
  const { hostname, port } = new URL(target)
  const server = createServer((incoming, outgoing) => {
    const fate = proxy.decide(incoming)
    proxy.counts[fate]++
    if (fate === 'cut') return void incoming.socket.destroy()
    if (fate === 'busy') {
      incoming.resume()
      incoming.on('end', () => outgoing.writeHead(503, { 'content-type': 'application/xml' }).end(SLOW_DOWN))
      return
    }
    const { method, url: path, headers } = incoming
    const passed = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      if (fate === 'mute') return void response.resume().on('end', () => incoming.socket.destroy())
      outgoing.writeHead(response.statusCode!, response.headers)
      response.pipe(outgoing)
    })
    passed.on('error', () => outgoing.destroy())
    incoming.pipe(passed)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const proxy: Proxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    decide: () => 'pass',
    counts: { pass: 0, mute: 0, busy: 0, cut: 0 },
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return proxy
}

const SLOW_DOWN = '<?xml version="1.0" encoding="UTF-8"?><Error><Code>SlowDown</Code><Message>Later.</Message></Error>'
