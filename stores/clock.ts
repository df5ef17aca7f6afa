import { defineStore } from 'pinia'
import { useTab } from './tab'

/** The server's clock: ends of restrictions and times of messages are written by it, and this computer's may be wrong. */
export const useClock = defineStore('clock', () => {
  const tab = useTab()
  let ahead = 0

  /** @param time what the server says it is now */
  function learn(time: string): void {
    const told = Date.parse(time)
    if (!Number.isNaN(told)) ahead = told - tab.client().environment.now()
  }

  /** Milliseconds since 1970. */
  const now = () => tab.client().environment.now() + ahead

  return { learn, now }
})
