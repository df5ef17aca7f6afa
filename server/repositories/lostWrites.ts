import { Connection } from 'mongodb/lib/cmap/connection.js'

const { cleanup } = Connection.prototype

/**
 * Mends a fault of the MongoDB driver (7.8, and 7.9 too) in this process: a command that is written to a socket in the
 * moment of its end never gets an answer. The socket takes no more bytes, so the driver waits for its `drain` event, and
 * a socket that was closed without an error sends neither `drain` nor `error`. Here the end of a connection is an error of
 * its socket too, so the command fails as every other one on that connection, and the driver tries a read again on
 * another one. It is a function because the build leaves out a module that is imported for its effect alone.
 */
export function mendLostWrites(): void {
  Connection.prototype.cleanup = function (this: Connection, error: Error) {
    const isFirst = !this.closed
    cleanup.call(this, error)
    // The connection itself listens to its socket's errors, and ignores them once it is closed.
    if (isFirst) this.socket.emit('error', error)
  }
}
