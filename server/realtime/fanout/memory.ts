import type { Fanout, FanoutMessage } from './types'

/** The fan-out of a single process: whoever listens is told at once. */
export function createMemoryFanout(): Fanout {
  const listeners = new Set<(message: FanoutMessage) => void>()
  return {
    publish(message) {
      for (const listener of listeners) listener(message)
    },
    subscribe(listener) {
      listeners.add(listener)
    },
    async close() {
      listeners.clear()
    },
  }
}
