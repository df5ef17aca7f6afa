import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import type { Binary } from 'bson'
import { CommandError } from '../errors'
import type { Answer } from './connection'

/** The most bytes of a socket's path that every system accepts. macOS accepts the fewest. */
const MAX_SOCKET_PATH_BYTES = 103
/** The commands that a driver sends before it authenticates. */
const BEFORE_SIGN_IN = new Set(['hello', 'ismaster', 'isMaster'])

/** The path of the socket of a store's folder. Undefined: there can be none. */
export function socketPathOf(folder: string): string | undefined {
  const path = join(folder, 'database.sock')
  return process.platform !== 'win32' && Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES ? path : undefined
}

export interface PrivateListener {
  /** The address that drivers connect to. With a port, it contains the secret. */
  uri: string
  /** Wraps the command handler of one connection. If there is a secret, the client must authenticate first. */
  guard(answer: Answer): Answer
}

/**
 * Listens where only the user who runs this process can connect: on a Unix socket in the store's folder, which is
 * closed to others. Where sockets are impossible (Windows, a path that is too long, a mounted folder without sockets),
 * it listens on a port of 127.0.0.1 and requires a secret that is new at each start.
 * @param folder the store's folder; its lock is held
 */
export async function listenPrivately(server: Server, folder: string): Promise<PrivateListener> {
  const path = socketPathOf(folder)
  if (path !== undefined) {
    // An existing socket was left behind by an owner that died.
    rmSync(path, { force: true })
    if (await canListen(server, path))
      return { uri: `mongodb://${encodeURIComponent(path)}/webchat`, guard: (answer) => answer }
  }
  const secret = randomBytes(32).toString('hex')
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const uri = `mongodb://webchat:${secret}@127.0.0.1:${port}/webchat?authMechanism=PLAIN&authSource=%24external`
  return { uri, guard: (answer) => requirePassword(secret, answer) }
}

function canListen(server: Server, path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const failed = () => resolve(false)
    server.once('error', failed)
    server.listen(path, () => {
      server.off('error', failed)
      resolve(true)
    })
  })
}

/**
 * Wraps a command handler so that the client must authenticate first, by SASL PLAIN (RFC 4616): the simplest mechanism
 * that the standard driver supports. The password never leaves the machine.
 */
function requirePassword(secret: string, answer: Answer): Answer {
  let known = false
  return async (command) => {
    const [name] = Object.keys(command)
    if (known || BEFORE_SIGN_IN.has(name!)) return answer(command)
    if (name !== 'saslStart')
      throw new CommandError(13, 'Unauthorized', 'The embedded database answers the process that started it only.')
    const password = String((command.payload as Binary | undefined)?.toString('utf8')).split('\0')[2] ?? ''
    known = command.mechanism === 'PLAIN' && timingSafeEqual(digest(password), digest(secret))
    if (!known) throw new CommandError(18, 'AuthenticationFailed', 'Authentication failed.')
    return { conversationId: 1, done: true, payload: Buffer.alloc(0), ok: 1 }
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
