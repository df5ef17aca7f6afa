import { defineEventHandler, getRequestURL, sendRedirect, type H3Event } from 'h3'
import { ownPath } from '#shared/domain/ownPath'
import { isChatPage } from '#shared/domain/pages'
import { AppError } from '#shared/errors'
import type { FormFlash } from '#shared/schemas/formFlash'
import { inviteTokenParams, type InvitePreview } from '#shared/schemas/group'
import { shownRegistration } from '../services/accounts/authorizeRegistration'
import { identify, isRefreshable } from '../services/accounts/identify'
import { previewInvite } from '../services/groups/invites'
import type { Registration } from '#shared/domain/registration'
import { canSendMail } from '../services/mail/sendMail'
import { started } from '../start'

declare module 'h3' {
  interface H3EventContext {
    /** A refused form, which its page shows again. */
    formFlash?: FormFlash | null
    /** The group that this page's invite link leads to. Null: the link does not work. */
    invite?: InvitePreview | null
    signedIn?: boolean
    canSendMail?: boolean
    registration?: Registration
  }
}

const ACCOUNT_PAGES = new Set(['/login', '/register', '/forgot'])
/** The pages of mailed links, which also work for who is signed in. */
const LINK_PAGES = new Set(['/reset', '/verify'])
const INVITE_PAGE = /^\/invite\/([^/]+)$/

/** Redirects people to a page that they can use, before anything is rendered or loaded. */
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
    event.context.canSendMail = canSendMail()
    event.context.registration = await shownRegistration()
  } else if (LINK_PAGES.has(pathname)) {
    event.context.formFlash = takeFormFlash(event)
  } else if (token) {
    await started
    await loadInvite(event, token)
  } else if (isChatPage(pathname) && !(await canSeeChat(event))) {
    // This matters for a session that was ended elsewhere: the chat would show what it has stored before it notices.
    const query = pathname === '/' ? '' : `?${new URLSearchParams({ next: pathname + search })}`
    return sendRedirect(event, `/login${query}`, 302)
  }
})

async function loadInvite(event: H3Event, token: string): Promise<void> {
  event.context.signedIn = await isSignedIn(event)
  event.context.invite = inviteTokenParams.safeParse({ token }).success
    ? await nullIfNotFound(previewInvite(token))
    : null
}

/** Either token counts: with only a refresh token, the page gets an access token at its first request. */
async function isSignedIn(event: H3Event): Promise<boolean> {
  const [access, refresh] = [accessTokenOf(event), refreshTokenOf(event)]
  if (!access && !refresh) return false
  await started
  return !!(await identify(access)) || isRefreshable(refresh)
}

/** Whether the chat may open. It also opens while the database is unreachable, with what the browser has stored. */
async function canSeeChat(event: H3Event): Promise<boolean> {
  return isSignedIn(event).catch(() => true)
}

/** Turns NOT_FOUND into null. */
function nullIfNotFound<T>(found: Promise<T>): Promise<T | null> {
  return found.catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return null
    throw error
  })
}
