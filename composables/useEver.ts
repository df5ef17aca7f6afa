/**
 * Whether something has ever been wanted. What is loaded on demand is mounted from then on, so that it can close as it
 * likes.
 */
export function useEver(wanted: () => boolean): Readonly<Ref<boolean>> {
  const ever = ref(wanted())
  watch(wanted, (now) => (ever.value ||= now), { flush: 'sync' })
  return ever
}
