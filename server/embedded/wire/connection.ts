import { once } from 'node:events'
import type { Socket } from 'node:net'
import { encode, type Doc } from '../bson/document'
import { Frames, MAX_MESSAGE_BYTES } from './frames'
import { errorReply, readMessage, writeReply } from './message'

/** Answers a command. A Buffer is a reply that is already encoded. */
export type Answer = (command: Doc) => Promise<Doc | Buffer>

/**
 * Serves one client until it disconnects. Commands run one after the other, and reading waits while the client does not
 * take a reply, so a slow client only delays itself. Malformed bytes end the connection, never the process.
 */
export async function serveConnection(socket: Socket, answer: Answer): Promise<void> {
  socket.setNoDelay(true)
  const frames = new Frames()
  // Without a listener, a connection reset would end the process.
  socket.on('error', () => socket.destroy())
  try {
    for await (const chunk of socket) {
      for (const message of frames.add(chunk as Buffer)) {
        const request = readMessage(message)
        const reply = await answer(request.command)
          .then(toBytes)
          .catch((error: unknown) => toBytes(errorReply(error)))
        if (request.silent || socket.destroyed) continue
        if (!socket.write(writeReply(request, reply))) await drained(socket)
      }
    }
  } catch {
    // The stream broke or was malformed. Nobody can be told.
  } finally {
    socket.destroy()
  }
}

function toBytes(reply: Doc | Buffer): Buffer {
  return Buffer.isBuffer(reply) ? reply : encode(reply, MAX_MESSAGE_BYTES)
}

async function drained(socket: Socket): Promise<void> {
  const stop = new AbortController()
  try {
    await Promise.race([once(socket, 'drain', stop), once(socket, 'close', stop)])
  } finally {
    stop.abort()
  }
}
