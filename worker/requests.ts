import { isChatPage } from '#shared/domain/pages'
import { SHARE_PATH } from '#shared/worker'

/**
 * A request that the worker answers: a page of the chat, a file of the build, a picture of a message or person, or what
 * another app shares.
 */
export type Answered = 'page' | 'file' | 'picture' | 'share'

/** Hashed names, so what they name never changes. The newest build's own name is the exception. */
const FILE = /^\/_(?:i18n|nuxt)\/(?!builds\/latest\.json$)/
const PICTURE = /^\/api\/files\//

/** Which kind of request it is. Null: it goes to the network, as if there were no worker. */
export function kindOf({ method, url, mode, destination }: Request, origin: string): Answered | null {
  const { pathname, origin: asked } = new URL(url)
  if (asked !== origin) return null
  if (method === 'POST' && mode === 'navigate' && pathname === SHARE_PATH) return 'share'
  if (method !== 'GET') return null
  if (mode === 'navigate') return isChatPage(pathname) ? 'page' : null
  if (FILE.test(pathname)) return 'file'
  return destination === 'image' && PICTURE.test(pathname) ? 'picture' : null
}
