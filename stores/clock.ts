import { defineStore } from 'pinia'
import { ref } from 'vue'
import { useTab } from './tab'

/** The server's clock. Restrictions and messages have its times, and this computer's clock may be wrong. */
export const useClock = defineStore('clock', () => {
  const tab = useTab()
  /** Milliseconds by which the server's clock is ahead of this computer's. */
  const ahead = ref(0)

  /** @param time the current time of the server, in ISO form */
  function learn(time: string): void {
    const serverTime = Date.parse(time)
    if (!Number.isNaN(serverTime)) ahead.value = serverTime - tab.client().environment.now()
  }

  /** Milliseconds since 1970. Components that show it follow a correction of the clock. */
  const now = () => tab.client().environment.now() + ahead.value

  return { learn, now }
})
