import { createSharedComposable, useEventListener, useIntervalFn } from '@vueuse/core'
import { useClock } from '~/stores/clock'
import { checkTimeZone } from './times'

const RENEW_INTERVAL_MS = 30_000

/**
 * The current time by the server's clock, in milliseconds since 1970. It is updated every half minute, and when the
 * page becomes visible. All labels that say how long ago, or which day, share it.
 */
export const useMinute = createSharedComposable(() => {
  const clock = useClock()
  const now = ref(clock.now())

  function renew() {
    checkTimeZone()
    now.value = clock.now()
  }

  useIntervalFn(renew, RENEW_INTERVAL_MS)
  useEventListener(document, 'visibilitychange', renew)
  useEventListener(window, 'focus', renew)
  // The server sends its time a moment after the page has opened.
  watch(clock.now, (time) => (now.value = time), { flush: 'sync' })
  return now
})
