import { shallowRef } from 'vue'
import type * as Links from '#shared/domain/text/links'
import type { Link } from '#shared/domain/text/links'

/** The finder of links. It is loaded with the first text that may have one. */
const finder = shallowRef<typeof Links | null>(null)
let loading: Promise<void> | null = null

/** Loads the finder, if that is not done yet. Never throws: without a network, the next text tries again. */
export function loadLinks(): Promise<void> {
  loading ??= import('#shared/domain/text/links').then(
    (loaded) => void (finder.value = loaded),
    () => void (loading = null),
  )
  return loading
}

/** Whether the finder has to look at a text. No link is without one of these signs, and most texts are. */
export function couldContainLink(text: string): boolean {
  return /[.:@]\S/.test(text)
}

/** The links of a text, in order; none until the finder is loaded. Reactive. */
export function linksOf(text: string): Link[] {
  if (!couldContainLink(text)) return []
  if (finder.value) return finder.value.findLinks(text)
  void loadLinks()
  return []
}
