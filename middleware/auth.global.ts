import { ownPath } from '#shared/domain/ownPath'
import { useSessionStore } from '~/stores/session'

const OPEN_PAGES = new Set(['/login', '/register', '/forgot'])
const isOpen = (path: string) => OPEN_PAGES.has(path) || path === '/reset' || path.startsWith('/invite/')

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
  return navigateTo(to.fullPath === '/' ? '/login' : { path: '/login', query: { next: to.fullPath } }, {
    replace: true,
  })
})
