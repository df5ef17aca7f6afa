import { ownPath } from '#shared/domain/ownPath'
import { useSessionStore } from '~/stores/session'

const OPEN_PAGES = new Set(['/login', '/register', '/forgot'])
/** The pages of mailed links and of invites. */
const LINK_PAGE = /^\/(?:reset$|verify$|invite\/)/
const isOpen = (path: string) => OPEN_PAGES.has(path) || LINK_PAGE.test(path)

/** Pages are for who is signed in; the pages of signing in for who is not. On the server a redirect has settled that. */
export default defineNuxtRouteMiddleware(async (to) => {
  if (import.meta.server) return
  const session = useSessionStore()
  if (OPEN_PAGES.has(to.path)) {
    if (session.status === 'in')
      return navigateTo(ownPath(typeof to.query.next === 'string' ? to.query.next : null), { replace: true })
    return
  }
  if (isOpen(to.path)) return
  if (session.status === 'unknown') await session.load()
  if (session.status === 'in') return
  if (session.status === 'unknown') throw createError({ statusCode: 503, fatal: true })
  return navigateTo(to.fullPath === '/' ? '/login' : { path: '/login', query: { next: to.fullPath } }, {
    replace: true,
  })
})
