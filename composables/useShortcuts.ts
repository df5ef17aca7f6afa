import { useCommands } from './useCommands'

/**
 * Does what the address of the home page asks for, and removes it from there: `?new` of a shortcut of the installed app,
 * `?shared` of what another app has shared. Called in setup.
 * @returns the key of what was shared, as long as it is to be asked about
 */
export function useShortcuts() {
  const route = useRoute()
  const { newChatOpen } = useCommands()
  const sharedKey = ref('')
  onMounted(() =>
    watch(
      () => route.path === '/' && route.query,
      async (query) => {
        if (!query || (query.new === undefined && typeof query.shared !== 'string')) return
        await navigateTo('/', { replace: true })
        if (query.new !== undefined) newChatOpen.value = true
        if (typeof query.shared === 'string') sharedKey.value = query.shared
      },
      { immediate: true },
    ),
  )
  return { sharedKey }
}
