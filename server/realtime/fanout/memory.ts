import { notifyListeners } from './listeners'
import type { Fanout, FanoutListener } from './types'

/** The fan-out of a single process. It calls every listener at once. */
export function createMemoryFanout(): Fanout {
  const listeners = new Set<FanoutListener>()
  return {
    isCutOff: false,
    losses: 0,
    async open() {},
    publish: (message) => notifyListeners(listeners, message),
    subscribe(listener) {
      listeners.add(listener)
    },
    async close() {
      listeners.clear()
    },
  }
}
