import { computed, onScopeDispose, reactive, ref, toValue, watch, type MaybeRefOrGetter } from 'vue'
import { slowModeWait as waitOf } from '#shared/domain/groups'
import * as permissions from '#shared/domain/permissions'
import type { Decision, Right, Rules, Standing } from '#shared/domain/permissions'
import { canEditMessage } from '#shared/domain/writing'
import type { Member } from '#shared/schemas/conversation'
import type { Message } from '#shared/schemas/message'
import { standingOf } from '#shared/domain/standing'
import { useClock } from '~/stores/clock'
import { useConversationsStore } from '~/stores/conversations'
import { useMembersStore } from '~/stores/members'
import { useMessagesStore } from '~/stores/messages/messages'
import { useSessionStore } from '~/stores/session'
import { useSlowMode } from '~/stores/slowMode'
import { useTab } from '~/stores/tab'

/** Timers hold 32 bits; what lies further off is looked at again then. */
const MAX_TIMER_MS = 24 * 3_600_000
const STRANGER: Standing = { role: 'member', allow: [], deny: [], until: null }
const NO: Decision = { allowed: false, reason: 'role' }

/**
 * What I may do in a conversation, by the same rules as the server's. It changes with what the server tells, and by
 * itself when a restriction ends or slow mode's time has passed. In an unknown conversation I may do nothing.
 */
export function useRights(conversationId: MaybeRefOrGetter<string>) {
  const tab = useTab()
  const clock = useClock()
  const session = useSessionStore()
  const conversations = useConversationsStore()
  const members = useMembersStore()
  const messages = useMessagesStore()
  const slowMode = useSlowMode()
  const now = ref(clock.now())
  let cancel: (() => void) | null = null

  const id = computed(() => toValue(conversationId))
  const conversation = computed(() => conversations.byId[id.value])
  const rules = computed<Rules>(() => conversation.value ?? { kind: 'direct', permissions: {} })
  const standing = computed(() => (conversation.value ? standingOf(conversation.value.me) : STRANGER))
  const rights = computed(
    () => new Set(conversation.value ? permissions.rightsOf(rules.value, standing.value, now.value) : []),
  )

  const lastSentAt = computed(() => slowMode.lastSentAt[id.value] ?? null)
  /** When a message that the server refused as too early is sent again, by this computer's clock. 0: there is none. */
  const retryAt = computed(() =>
    Math.max(0, ...(messages.history(id.value)?.pending ?? []).map((entry) => entry.retryAt ?? 0)),
  )
  const slowModeWait = computed(() => {
    const seconds = conversation.value?.settings.slowModeSeconds ?? 0
    if (seconds === 0) return 0
    const untilRetry = retryAt.value - (tab.client().environment.now() - clock.now()) - now.value
    const wait = Math.max(
      waitOf(seconds, standing.value.role, lastSentAt.value, now.value),
      retryAt.value && untilRetry,
    )
    return Math.min(wait, seconds * 1_000)
  })

  function decision(right: Right): Decision {
    return conversation.value ? permissions.can(rules.value, standing.value, right, now.value) : NO
  }

  /** To this member; a right over others is never one over oneself. */
  function canActOn(right: Right, member: Pick<Member, 'user' | 'role' | 'allow' | 'deny' | 'until'>): Decision {
    const allowed = decision(right)
    if (allowed.allowed && member.user.id === session.me?.id) return { allowed: false, reason: 'self' }
    return conversation.value
      ? permissions.canActOn(rules.value, standing.value, right, standingOf(member), now.value)
      : NO
  }

  function canEdit(message: Message): Decision {
    if (!conversation.value || message.kind !== 'text' || message.deletedAt) return NO
    // Nothing of it is written.
    if (message.attachments.some(({ kind }) => kind === 'voice')) return NO
    return canEditMessage(rules.value, standing.value, message.senderId === session.me?.id, message.text, now.value)
  }

  /** As far as the author's rank is known here; the server has the last word. */
  function canDelete(message: Message): Decision {
    if (!conversation.value || message.kind !== 'text' || message.deletedAt) return NO
    const author = members.byUser(id.value, message.senderId ?? '')
    const isOwn = message.senderId === session.me?.id
    return permissions.canDeleteMessage(rules.value, standing.value, isOwn, author && standingOf(author), now.value)
  }

  /** When something here changes by itself next. */
  function nextChange(): number {
    const { until } = standing.value
    const end = until !== null && until > now.value ? until : Infinity
    const wait = slowModeWait.value
    return Math.min(end, wait > 0 ? now.value + (wait % 1_000 || 1_000) : Infinity)
  }

  function look(): void {
    now.value = clock.now()
    cancel?.()
    const next = nextChange()
    const delay = Math.min(Math.max(0, next - now.value), MAX_TIMER_MS)
    cancel = next < Infinity ? tab.client().environment.after(delay, look) : null
  }

  watch([conversation, lastSentAt, retryAt], look, { immediate: true, flush: 'sync' })
  onScopeDispose(() => cancel?.())

  return reactive({
    /** All that I may do now. */
    rights,
    can: (right: Right) => rights.value.has(right),
    /** The same, with the reason of a no. */
    decision,
    canActOn,
    canEdit,
    canDelete,
    /** Why I cannot write, and until when where it ends by itself. */
    canWriteText: computed(() => decision('sendText')),
    /** Milliseconds until my next message goes through; updated every second. */
    slowModeWait,
    /** For rules that are asked directly. */
    rules,
    standing,
  })
}
