import type { Link } from '#shared/domain/text/links'

/** A link that people are asked about before it opens, because it may be taken for another one. Called in setup. */
export function useLinkQuestion() {
  const asked = useState<Link | null>('link-question', () => null)

  /** Stops a press on such a link and asks first. Every other link is followed. */
  function follow(event: MouseEvent, link: Link): void {
    if (link.realHost === null) return
    event.preventDefault()
    asked.value = link
  }

  return { asked, follow }
}
