import { createSharedComposable, useEventListener, useIntervalFn } from '@vueuse/core'
import { useClock } from '~/stores/clock'
import { checkTimeZone } from './times'

const RENEW_INTERVAL_MS = 30_000

/**
 * The time of now in milliseconds since 1970, by the server's clock, renewed every half minute and whenever the page is
 * looked at again: one clock for every label that says how long ago, or which day.
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
  // The server tells its time a moment after the page has opened.
  watch(clock.now, (time) => (now.value = time), { flush: 'sync' })
  return now
})
