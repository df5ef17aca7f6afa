import { createSharedComposable, useIntervalFn } from '@vueuse/core'

/** The time of now, renewed every half minute: one clock for every label that says how long ago. */
export const useMinute = createSharedComposable(() => {
  const now = ref(Date.now())
  useIntervalFn(() => (now.value = Date.now()), 30_000)
  return now
})
