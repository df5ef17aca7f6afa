import { defineEventHandler, getRequestURL, sendRedirect, type H3Event } from 'h3'
import { ownPath } from '#shared/domain/ownPath'
import { AppError } from '#shared/errors'
import { inviteTokenParams, type InvitePreview } from '#shared/schemas/group'
import { identify, isRefreshable } from '../services/accounts/identify'
import { previewInvite } from '../services/groups/invites'
import { started } from '../start'

declare module 'h3' {
  interface H3EventContext {
    /** A form that was refused, for its page to show again. */
    formFlash?: FormFlash | null
    /** What the invite of this page leads to; null when it leads nowhere any more. */
    invite?: InvitePreview | null
    signedIn?: boolean
  }
}

const ACCOUNT_PAGES = new Set(['/login', '/register'])
const CHAT_PAGES = /^\/(?:$|c\/|settings(?:\/|$))/
const INVITE_PAGE = /^\/invite\/([^/]+)$/

/** Sends people to the page they can use before anything is rendered or loaded. */
export default defineEventHandler(async (event) => {
  if (event.method !== 'GET') return
  const { pathname, search, searchParams } = getRequestURL(event)
  const token = INVITE_PAGE.exec(pathname)?.[1]
  if (ACCOUNT_PAGES.has(pathname)) {
    await started
    if (await isSignedIn(event)) {
      return sendRedirect(event, ownPath(searchParams.get('next')), 303)
    }
    event.context.formFlash = takeFormFlash(event)
  } else if (token) {
    await started
    await learnInvite(event, token)
  } else if (CHAT_PAGES.test(pathname) && !(await canSeeChat(event))) {
    // Also where a session has ended elsewhere: the chat would show what it keeps before it learns of that.
    const query = pathname === '/' ? '' : `?${new URLSearchParams({ next: pathname + search })}`
    return sendRedirect(event, `/login${query}`, 302)
  }
})

async function learnInvite(event: H3Event, token: string): Promise<void> {
  event.context.signedIn = await isSignedIn(event)
  event.context.invite = inviteTokenParams.safeParse({ token }).success ? await existing(previewInvite(token)) : null
}

/** By either token: whoever has only the longer one gets the shorter one as soon as the page asks for anything. */
async function isSignedIn(event: H3Event): Promise<boolean> {
  const [access, refresh] = [accessTokenOf(event), refreshTokenOf(event)]
  if (!access && !refresh) return false
  await started
  return !!(await identify(access)) || isRefreshable(refresh)
}

/** The chat opens also while the database is away, with what the browser keeps. */
async function canSeeChat(event: H3Event): Promise<boolean> {
  return isSignedIn(event).catch(() => true)
}

function existing<T>(found: Promise<T>): Promise<T | null> {
  return found.catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return null
    throw error
  })
}
