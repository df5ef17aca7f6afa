import { hand } from './listeners'
import type { Fanout, FanoutListener } from './types'

/** The fan-out of a single process: whoever listens is told at once. */
export function createMemoryFanout(): Fanout {
  const listeners = new Set<FanoutListener>()
  return {
    alone: false,
    losses: 0,
    async open() {},
    publish: (message) => hand(listeners, message),
    subscribe(listener) {
      listeners.add(listener)
    },
    async close() {
      listeners.clear()
    },
  }
}
