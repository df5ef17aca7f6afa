import type { Socket } from 'node:net'
import { LIMITS } from '#shared/limits'
import { config } from '../config'
import { countAsSocket } from '../network/connections'

/** The most sockets of one address on one task: a large office shares an address. */
const MAX_PER_ADDRESS = 12_000

const max = {
  person: Math.max(1, Math.round(LIMITS.socketsPerPerson * config.rateLimitFactor)),
  address: Math.max(1, Math.round(MAX_PER_ADDRESS * config.rateLimitFactor)),
}
const taken = { person: new Map<string, number>(), address: new Map<string, number>() }

/**
 * Counts one more socket of a person and an address, until its connection closes. When there are too many, the new one
 * is refused. Closing an older one instead would make its client come back and close the next.
 * @returns false when the socket is refused
 */
export function admitSocket(socket: Socket, userId: string, address: string): boolean {
  if (socket.destroyed) return false
  const keys = { person: userId, address }
  for (const kind of ['person', 'address'] as const) {
    if ((taken[kind].get(keys[kind]) ?? 0) >= max[kind]) return false
  }
  change(keys, 1)
  socket.once('close', () => change(keys, -1))
  countAsSocket(socket)
  return true
}

function change(keys: { person: string; address: string }, by: 1 | -1): void {
  for (const kind of ['person', 'address'] as const) {
    const count = (taken[kind].get(keys[kind]) ?? 0) + by
    if (count > 0) taken[kind].set(keys[kind], count)
    else taken[kind].delete(keys[kind])
  }
}
