import { typedBefore } from './useFormAttempt'

/**
 * The token of a mailed link. It is in the fragment, which only a script can read; without one, people type it.
 * Called in setup of a component whose root is the form.
 * @param onFound called when the page has it from the link
 */
export function useLinkToken(onFound: () => void = () => {}) {
  const token = ref(typedBefore('token') ?? '')
  const isFromLink = ref(false)

  onMounted(() => {
    const found = location.hash.slice(1)
    if (!found) return
    token.value = found
    isFromLink.value = true
    // The history of the browser does not need to know it.
    history.replaceState(history.state, '', location.pathname)
    onFound()
  })

  return { token, isFromLink }
}
