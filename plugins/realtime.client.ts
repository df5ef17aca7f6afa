import { startRealtime } from '~/stores/sync/realtime'
import { useSessionStore } from '~/stores/session'

/** Starts the connection of this tab, and shows the login page once the session ends, in whichever tab it ended. */
export default defineNuxtPlugin({
  name: 'realtime',
  dependsOn: ['pinia'],
  setup() {
    const session = useSessionStore()
    const router = useRouter()
    startRealtime()
    // The server shows these pages to nobody who is signed in.
    if (['/login', '/register'].includes(location.pathname)) void session.wipeLeft()
    watch(
      () => session.status,
      (status, before) => {
        if (status !== 'out' || before !== 'in') return
        const { fullPath, path } = router.currentRoute.value
        if (path === '/login' || path === '/register' || path.startsWith('/invite/')) return
        // Whoever signs in after one who left does not come for the same page.
        const back = fullPath !== '/' && !session.leftByChoice
        void router.replace(back ? { path: '/login', query: { next: fullPath } } : '/login')
      },
    )
  },
})
