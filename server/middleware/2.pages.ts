import { defineEventHandler, getRequestURL, sendRedirect } from 'h3'
import { ownPath } from '#shared/domain/ownPath'
import { identify } from '../services/accounts/identify'
import { started } from '../start'

declare module 'h3' {
  interface H3EventContext {
    /** A form that was refused, for its page to show again. */
    formFlash?: FormFlash | null
  }
}

const ACCOUNT_PAGES = new Set(['/login', '/register'])
const CHAT_PAGES = /^\/(?:$|c\/|settings(?:\/|$))/

/** Sends people to the page they can use before anything is rendered or loaded. */
export default defineEventHandler(async (event) => {
  if (event.method !== 'GET') return
  const { pathname, search, searchParams } = getRequestURL(event)
  if (ACCOUNT_PAGES.has(pathname)) {
    await started
    if (await identify(accessTokenOf(event))) {
      return sendRedirect(event, ownPath(searchParams.get('next')), 303)
    }
    event.context.formFlash = takeFormFlash(event)
  } else if (CHAT_PAGES.test(pathname) && !accessTokenOf(event) && !refreshTokenOf(event)) {
    const query = pathname === '/' ? '' : `?${new URLSearchParams({ next: pathname + search })}`
    return sendRedirect(event, `/login${query}`, 302)
  }
})
