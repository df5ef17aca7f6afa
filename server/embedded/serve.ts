import { createServer, type Socket } from 'node:net'
import { Cursors } from './commands/cursors'
import { runCommand } from './commands/dispatch'
import { lockFolder } from './folderLock'
import { Database } from './store/database'
import { removeExpired } from './store/expiry'
import { SteadyClock } from './store/steadyClock'
import { serveConnection } from './wire/connection'
import { listenPrivately } from './wire/privateListener'

const SWEEP_MS = 60_000
/** Milliseconds between two signs of life of an owner. At each it also checks that it is still the owner. */
const BEAT_MS = 1_000

export interface Store {
  /** The address drivers connect to. */
  readonly uri: string
  /** Closes connections, finishes the writes under way, closes the files and releases the folder. */
  close(): Promise<void>
}

/**
 * Opens the store in a folder, creates it if necessary, and serves it to this user alone, in the current thread.
 * @param options.beatMs how often the owner shows that it is alive, in milliseconds
 * @throws Error when another live process owns the folder. When another process takes the store over later, an
 *   exception that nobody can catch ends this process, or the thread that the store runs in.
 */
export async function serveStore({ folder, beatMs = BEAT_MS }: { folder: string; beatMs?: number }): Promise<Store> {
  const unlock = await lockFolder(folder, beatMs)
  let database: Database | undefined
  try {
    database = new Database(folder, { onLost: endWith })
    return await listen(database, folder, beatMs, unlock)
  } catch (error) {
    await database?.close()
    unlock()
    throw error
  }
}

/** Ends the process or thread with an exception that no caller can catch. */
function endWith(error: Error): void {
  setImmediate(() => {
    throw error
  })
}

async function listen(database: Database, folder: string, beatMs: number, unlock: () => void): Promise<Store> {
  const cursors = new Cursors()
  const connections = new Map<Socket, Promise<void>>()
  const server = createServer((socket) => {
    const served = serveConnection(
      socket,
      guard((command) => runCommand(command, database, cursors)),
    )
    connections.set(
      socket,
      served.finally(() => connections.delete(socket)),
    )
  })
  const { uri, guard } = await listenPrivately(server, folder)
  const clock = new SteadyClock()
  let sweeping = Promise.resolve()
  const sweep = setInterval(() => {
    cursors.sweep()
    if (!clock.isSteady()) return
    // A failed sweep is tried again in a minute; the documents stay until then.
    sweeping = removeExpired(database).then(
      () => {},
      (error: unknown) => console.error('The embedded database could not remove expired documents:', error),
    )
  }, SWEEP_MS)
  sweep.unref()
  const beat = setInterval(() => database.checkOwner(), beatMs)
  beat.unref()

  async function close(): Promise<void> {
    clearInterval(sweep)
    clearInterval(beat)
    server.close()
    for (const socket of connections.keys()) socket.destroy()
    await Promise.all([...connections.values(), sweeping])
    await database.close()
    unlock()
  }
  let closing: Promise<void> | undefined
  return { uri, close: () => (closing ??= close()) }
}
