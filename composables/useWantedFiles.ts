/** The files to show in the send dialog of a conversation that is opened next. */
const useWanted = () => useState<{ conversationId: string; files: File[] } | null>('wanted-files', () => null)

/** Gives a function that goes to a conversation with files to send. Called in setup. */
export function useFilesLink() {
  const wanted = useWanted()
  return async (conversationId: string, files: File[]) => {
    wanted.value = files.length > 0 ? { conversationId, files } : null
    await navigateTo(`/c/${conversationId}`)
  }
}

/** Takes the files that are wanted in a conversation, as soon as it is open. */
export function useWantedFiles(conversationId: string, take: (files: File[]) => void) {
  const wanted = useWanted()
  watch(
    wanted,
    (now) => {
      if (now?.conversationId !== conversationId) return
      wanted.value = null
      take(now.files)
    },
    { immediate: true },
  )
}
