import { useCommands } from './useCommands'

/** Does what a shortcut of the installed app asks for in its address, and removes it from there. Called in setup. */
export function useShortcuts() {
  const route = useRoute()
  const { newChatOpen } = useCommands()
  const wantsNewChat = () => route.query.new !== undefined
  onMounted(() =>
    watch(
      wantsNewChat,
      async (wanted) => {
        if (!wanted) return
        await navigateTo('/', { replace: true })
        newChatOpen.value = true
      },
      { immediate: true },
    ),
  )
}
