import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PushPayload } from '#shared/schemas/push'

/** A push as the push service and the browser behind it see it. */
interface Received {
  /** The last part of its address: which browser it is for. */
  browser: string
  headers: IncomingMessage['headers']
  /** What the browser reads, with its keys. */
  payload: PushPayload
}

/** A browser that has subscribed: its keys, and what the chat is given of them. */
export class PushBrowser {
  private readonly ecdh = createECDH('prime256v1')
  private readonly auth = randomBytes(16)

  constructor(
    readonly name: string,
    private readonly origin: string,
  ) {
    this.ecdh.generateKeys()
  }

  /** What `PushSubscription.toJSON()` gives. */
  get subscription() {
    const keys = { p256dh: this.ecdh.getPublicKey('base64url'), auth: this.auth.toString('base64url') }
    return { endpoint: `${this.origin}/push/${this.name}`, expirationTime: null, keys }
  }

  /** Decrypts a body as RFC 8291 says: one record of aes128gcm. */
  read(body: Buffer): PushPayload {
    const salt = body.subarray(0, 16)
    const sender = body.subarray(21, 21 + body[20]!)
    const sealed = body.subarray(21 + body[20]!)
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), this.ecdh.getPublicKey(), sender])
    const secret = hkdf(this.auth, this.ecdh.computeSecret(sender), info, 32)
    const key = hkdf(salt, secret, Buffer.from('Content-Encoding: aes128gcm\0'), 16)
    const nonce = hkdf(salt, secret, Buffer.from('Content-Encoding: nonce\0'), 12)
    const decipher = createDecipheriv('aes-128-gcm', key, nonce).setAuthTag(sealed.subarray(-16))
    const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
    // The text ends with the mark of the last record, and zeros.
    return JSON.parse(padded.subarray(0, padded.lastIndexOf(2)).toString()) as PushPayload
  }
}

const hkdf = (salt: Buffer, key: Buffer, info: Buffer, length: number) =>
  Buffer.from(hkdfSync('sha256', key, salt, info, length))

/** Stands in for the push services of the browsers' vendors. It takes what is encrypted right, and lets the test read it. */
export class PushService {
  private readonly browsers = new Map<string, PushBrowser>()
  private readonly received: Received[] = []
  private readonly answers = new Map<string, number[]>()
  private readonly arrivals = new EventEmitter()

  private constructor(
    private readonly server: Server,
    readonly host: string,
  ) {}

  static async start(): Promise<PushService> {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const service = new PushService(server, `127.0.0.1:${(server.address() as AddressInfo).port}`)
    server.on('request', async (request, response) => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      response.writeHead(service.take(request, Buffer.concat(chunks))).end()
    })
    return service
  }

  /** The browser of a name, made when it is first asked for. */
  browser(name: string): PushBrowser {
    const made = this.browsers.get(name) ?? new PushBrowser(name, `http://${this.host}`)
    this.browsers.set(name, made)
    return made
  }

  /** Sets how the next pushes to a browser are answered, instead of 201. */
  answer(name: string, ...statuses: number[]): void {
    this.answers.set(name, statuses)
  }

  /** How many pushes a browser was sent, also those that were not taken. */
  readonly tries = new Map<string, number>()

  /** Waits until a push matches. @returns it, with all that came before */
  async until(matches: (one: Received) => boolean): Promise<Received> {
    for (;;) {
      const found = this.received.find(matches)
      if (found) return found
      await once(this.arrivals, 'push')
    }
  }

  /** What a browser was sent so far. */
  of(name: string): PushPayload[] {
    return this.received.filter(({ browser }) => browser === name).map(({ payload }) => payload)
  }

  stop(): void {
    this.server.close()
    this.server.closeAllConnections()
  }

  private take(request: IncomingMessage, body: Buffer): number {
    const name = request.url!.split('/').at(-1)!
    this.tries.set(name, (this.tries.get(name) ?? 0) + 1)
    const status = this.answers.get(name)?.shift()
    if (status) return status
    const { headers } = request
    this.received.push({ browser: name, headers, payload: this.browsers.get(name)!.read(body) })
    this.arrivals.emit('push')
    return 201
  }
}

/** Whether a push is signed with the private half of the chat's public key. @returns the claims; null: it is not */
export function claimsOf({ authorization = '' }: IncomingMessage['headers'], publicKey: string): any {
  const [, token, key] = /^vapid t=([^,]+), ?k=(.+)$/.exec(authorization) ?? []
  if (!token || key !== publicKey) return null
  const [head, claims, signature] = token.split('.') as [string, string, string]
  const point = Buffer.from(publicKey, 'base64url')
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  }
  const verifier = { key: createPublicKey({ key: jwk, format: 'jwk' }), dsaEncoding: 'ieee-p1363' as const }
  const isValid = verify('sha256', Buffer.from(`${head}.${claims}`), verifier, Buffer.from(signature, 'base64url'))
  return isValid ? JSON.parse(Buffer.from(claims, 'base64url').toString()) : null
}
