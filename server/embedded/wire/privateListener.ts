import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import type { AddressInfo, Server } from 'node:net'
import { join } from 'node:path'
import type { Binary } from 'bson'
import { CommandError } from '../errors'
import type { Answer } from './connection'

/** Bytes of a socket's path that every system takes: macOS has the shortest. */
const MAX_SOCKET_PATH_BYTES = 103
/** What a driver asks before it says who it is. */
const BEFORE_SIGN_IN = new Set(['hello', 'ismaster', 'isMaster'])

/** Where the socket of a store's folder is; undefined where there can be none. */
export function socketPathOf(folder: string): string | undefined {
  const path = join(folder, 'database.sock')
  return process.platform !== 'win32' && Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES ? path : undefined
}

export interface PrivateListener {
  /** The address drivers connect to; on a port it has the secret in it. */
  uri: string
  /** Wraps the answers of one connection: where there is a secret, it must come first. */
  guard(answer: Answer): Answer
}

/**
 * Listens where only the user who runs this process can connect: on a Unix socket in the store's folder, which is
 * closed to others; where no socket can be (Windows, a path that is too long, a mounted folder without sockets) on a
 * port of 127.0.0.1 that asks for a secret made at this start.
 * @param folder the store's folder; its lock is held
 */
export async function listenPrivately(server: Server, folder: string): Promise<PrivateListener> {
  const path = socketPathOf(folder)
  if (path !== undefined) {
    // One that is there was left behind by an owner that died.
    rmSync(path, { force: true })
    if (await canListen(server, path)) return { uri: `mongodb://${encodeURIComponent(path)}/webchat`, guard: (answer) => answer }
  }
  const secret = randomBytes(32).toString('hex')
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const uri = `mongodb://webchat:${secret}@127.0.0.1:${port}/webchat?authMechanism=PLAIN&authSource=%24external`
  return { uri, guard: (answer) => askFirst(secret, answer) }
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

/** SASL PLAIN (RFC 4616): the simplest sign-in that the stock driver speaks. Its bytes never leave the machine. */
function askFirst(secret: string, answer: Answer): Answer {
  let known = false
  return async (command) => {
    const [name] = Object.keys(command)
    if (known || BEFORE_SIGN_IN.has(name!)) return answer(command)
    if (name !== 'saslStart') throw new CommandError(13, 'Unauthorized', 'The embedded database answers the process that started it only.')
    const password = String((command.payload as Binary | undefined)?.toString('utf8')).split('\0')[2] ?? ''
    known = command.mechanism === 'PLAIN' && timingSafeEqual(digest(password), digest(secret))
    if (!known) throw new CommandError(18, 'AuthenticationFailed', 'Authentication failed.')
    return { conversationId: 1, done: true, payload: Buffer.alloc(0), ok: 1 }
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
