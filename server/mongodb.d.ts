/** The part of the driver's own class that `repositories/lostWrites.ts` mends. The driver publishes no types for it. */
declare module 'mongodb/lib/cmap/connection.js' {
  import type { Socket } from 'node:net'

  export class Connection {
    readonly socket: Socket
    readonly closed: boolean
    cleanup(error: Error): void
  }
}
