import type { InvitePreview } from '#shared/schemas/group'
import { useModerationStore } from '~/stores/moderation'
import { useSessionStore } from '~/stores/session'

/** The codes of refusals that have a sentence of their own. */
const SENTENCES: Record<string, string> = {
  FORBIDDEN: 'invite.banned',
  CONFLICT: 'invite.full',
  RATE_LIMITED: 'refusal.rateLimited',
  OFFLINE: 'refusal.offline',
}

/** The group that an invite leads to. It comes with the rendered page, or is fetched for people who came by a link. */
export function useInvite(token: string) {
  const { t } = useI18n()
  const event = useRequestEvent()
  const preview = useState<InvitePreview | null | undefined>(`invite-${token}`, () => event?.context.invite)
  /** Undefined until it is known. The server that rendered the page knows it. */
  const signedIn = useState<boolean | undefined>(`invite-in-${token}`, () => event?.context.signedIn)
  const pending = ref(false)
  const waiting = ref(false)
  const refusal = ref('')
  const banned = ref(false)

  const invite = computed(() => preview.value ?? null)
  const missing = computed(() => preview.value === null)
  if (event && missing.value) setResponseStatus(event, 404)

  async function look() {
    const session = useSessionStore()
    // The server has just found no session, so it is not asked again.
    if (session.status === 'unknown' && signedIn.value !== false) await session.load()
    signedIn.value = session.status === 'in'
    if (preview.value !== undefined) return
    await useModerationStore()
      .previewInvite(token)
      .then((found) => (preview.value = found))
      .catch((thrown) => fail((thrown as { code?: string }).code ?? ''))
  }

  async function join() {
    if (pending.value) return
    pending.value = true
    refusal.value = ''
    try {
      // A click may come before it is known who is signed in. Answers to requests from before are dropped then.
      const session = useSessionStore()
      if (session.status === 'unknown') await session.load()
      const outcome = await useModerationStore().acceptInvite(token)
      if ('pending' in outcome) waiting.value = true
      else await navigateTo(`/c/${outcome.conversation.id}`)
    } catch (thrown) {
      await fail((thrown as { code?: string }).code ?? '')
    } finally {
      pending.value = false
    }
  }

  async function fail(code: string) {
    if (code === 'NOT_FOUND') preview.value = null
    else if (code === 'UNAUTHENTICATED') await navigateTo({ path: '/login', query: { next: `/invite/${token}` } })
    else {
      banned.value = code === 'FORBIDDEN'
      refusal.value = t(SENTENCES[code] ?? 'refusal.unavailable')
    }
  }

  onMounted(look)
  return { invite, signedIn, missing, pending, waiting, refusal, banned, join }
}
