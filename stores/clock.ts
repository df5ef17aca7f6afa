import { defineStore } from 'pinia'
import { ref } from 'vue'
import { useTab } from './tab'

/** The server's clock: ends of restrictions and times of messages are written by it, and this computer's may be wrong. */
export const useClock = defineStore('clock', () => {
  const tab = useTab()
  /** How far the server's clock is ahead of this computer's: milliseconds. */
  const ahead = ref(0)

  /** @param time what the server says it is now */
  function learn(time: string): void {
    const serverTime = Date.parse(time)
    if (!Number.isNaN(serverTime)) ahead.value = serverTime - tab.client().environment.now()
  }

  /** Milliseconds since 1970; what shows it follows a correction of the clock. */
  const now = () => tab.client().environment.now() + ahead.value

  return { learn, now }
})
