import { createServer, request } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'

/** What a browser reaches, in front of a server. */
export interface Front {
  url: string
  /** From here on the server seems to have another build with the same parts. Its sockets are cut, as by a new start. */
  deploy(): void
  stop(): Promise<void>
}

/** Starts a front, which stands in for replacing a server by a newer build. */
export async function startFront(target: string): Promise<Front> {
  const { hostname, port } = new URL(target)
  const { id } = (await (await fetch(`${target}/_nuxt/builds/latest.json`)).json()) as { id: string }
  const next = `next${id.slice(4)}`
  const sockets = new Set<Socket>()
  let isDeployed = false

  const server = createServer((incoming, outgoing) => {
    const path = incoming.url!.replaceAll(next, id)
    const { 'accept-encoding': _plain, ...headers } = incoming.headers
    const passed = request({ hostname, port, path, method: incoming.method, headers }, async (answer) => {
      const isOfBuild = path === '/service-worker.js' || String(answer.headers['content-type']).startsWith('text/html')
      if (!isDeployed || !isOfBuild) {
        outgoing.writeHead(answer.statusCode!, answer.headers)
        return void answer.pipe(outgoing)
      }
      const chunks: Buffer[] = []
      for await (const chunk of answer) chunks.push(chunk as Buffer)
      const { 'content-length': _length, 'transfer-encoding': _encoding, ...kept } = answer.headers
      outgoing.writeHead(answer.statusCode!, kept)
      outgoing.end(Buffer.concat(chunks).toString().replaceAll(id, next))
    })
    passed.on('error', () => outgoing.destroy())
    incoming.pipe(passed)
  })
  server.on('upgrade', (incoming, socket: Socket, head) => {
    const upstream = connect(Number(port), hostname, () => {
      const lines = Array.from({ length: incoming.rawHeaders.length / 2 }, (_, at) =>
        incoming.rawHeaders.slice(2 * at, 2 * at + 2).join(': '),
      )
      upstream.write(`${incoming.method} ${incoming.url} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)
      upstream.write(head)
      socket.pipe(upstream).pipe(socket)
    })
    for (const end of [socket, upstream]) end.on('error', () => end.destroy())
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    deploy() {
      isDeployed = true
      for (const socket of sockets) socket.destroy()
    },
    async stop() {
      for (const socket of sockets) socket.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
