import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

type Handler = (response: ServerResponse, request: IncomingMessage) => void

/** A server that stands for the web outside. Its pages are set by the tests. */
export class Outside {
  readonly requested: string[] = []
  private readonly pages = new Map<string, Handler>()
  private readonly server = createServer((request, response) => {
    this.requested.push(request.url!)
    response.on('error', () => {})
    const handler = this.pages.get(request.url!)
    if (handler) handler(response, request)
    else response.writeHead(404, { 'content-type': 'text/html' }).end('<title>Not here</title>')
  })

  static async start(): Promise<Outside> {
    const outside = new Outside()
    outside.server.listen(0, '127.0.0.1')
    await once(outside.server, 'listening')
    return outside
  }

  /** `host:port` */
  get host(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  /** Sets a page. @returns its address */
  page(path: string, handler: Handler | string | Buffer, type = 'text/html; charset=utf-8'): string {
    const send: Handler = (response) => response.writeHead(200, { 'content-type': type }).end(handler)
    this.pages.set(path, typeof handler === 'function' ? handler : send)
    return `http://${this.host}${path}`
  }

  /** Sets a page that redirects. @returns its address */
  redirect(path: string, location: string): string {
    return this.page(path, (response) => response.writeHead(302, { location }).end())
  }

  countOf(path: string): number {
    return this.requested.filter((one) => one === path).length
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    this.server.close()
  }
}

/** A page with a head. */
export function htmlOf(title: string, more = ''): string {
  return `<!doctype html><html><head><title>${title}</title>${more}</head><body>Words</body></html>`
}
