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
import { linksOf } from './useLinks'

/** Timers have 32 bits. Later changes are checked again after this time. */
const MAX_TIMER_MS = 24 * 3_600_000
const STRANGER: Standing = { role: 'member', allow: [], deny: [], until: null }
const NO: Decision = { allowed: false, reason: 'role' }

/**
 * What I can do in a conversation, by the same rules as on the server. It follows the server's news, the end of
 * restrictions and slow mode. In an unknown conversation I can do nothing.
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

  /** Whether I can use a right on this member. Nobody can use a right on themselves. */
  function canActOn(right: Right, member: Pick<Member, 'user' | 'role' | 'allow' | 'deny' | 'until'>): Decision {
    const allowed = decision(right)
    if (allowed.allowed && member.user.id === session.me?.id) return { allowed: false, reason: 'self' }
    return conversation.value
      ? permissions.canActOn(rules.value, standing.value, right, standingOf(member), now.value)
      : NO
  }

  function canEdit(message: Message): Decision {
    if (!conversation.value || message.kind !== 'text' || message.deletedAt) return NO
    // A voice message has no text to edit.
    if (message.attachments.some(({ kind }) => kind === 'voice')) return NO
    const isOwn = message.senderId === session.me?.id && !message.forwardedFrom
    const writing = { text: message.text, hasLink: linksOf(message.text).length > 0 }
    return canEditMessage(rules.value, standing.value, isOwn, writing, now.value)
  }

  /** The decision is as good as the author's rank is known here. The server decides finally. */
  function canDelete(message: Message): Decision {
    if (!conversation.value || message.kind !== 'text' || message.deletedAt) return NO
    const author = members.byUser(id.value, message.senderId ?? '')
    const isOwn = message.senderId === session.me?.id
    return permissions.canDeleteMessage(rules.value, standing.value, isOwn, author && standingOf(author), now.value)
  }

  /** The next time at which a decision changes by itself. */
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
    /** All rights that I have now. */
    rights,
    can: (right: Right) => rights.value.has(right),
    /** The same, with the reason if it is denied. */
    decision,
    canActOn,
    canEdit,
    canDelete,
    /** Why I cannot write. */
    canWriteText: computed(() => decision('sendText')),
    /** Milliseconds until my next message goes through; updated every second. */
    slowModeWait,
    /** For calling the permission rules directly. */
    rules,
    standing,
  })
}
