import { request } from 'node:http'
import { createServer, type AddressInfo } from 'node:net'

export interface RawAnswer {
  status: number
  headers: NodeJS.Dict<string | string[]>
  text: string
  /** The bytes as they were received, not decompressed. */
  bytes: Buffer
}

interface RawRequest {
  method?: string
  path: string
  headers?: Record<string, string>
  body?: string | Uint8Array
}

/** Makes a request that a browser would not make: any path, any header, any bytes. */
export function rawRequest(baseUrl: string, { method = 'GET', path, headers, body }: RawRequest): Promise<RawAnswer> {
  const { hostname, port } = new URL(baseUrl)
  return new Promise((resolve, reject) => {
    const outgoing = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => {
        const bytes = Buffer.concat(chunks)
        resolve({ status: response.statusCode!, headers: response.headers, text: bytes.toString(), bytes })
      })
      response.on('error', reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** A free port, for a server that must know its port in advance. */
export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo
      server.close(() => resolve(port))
    })
  })
}
