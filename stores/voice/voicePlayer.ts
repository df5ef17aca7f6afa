import { defineStore } from 'pinia'
import { computed, ref, shallowRef, watch } from 'vue'
import type { Message } from '#shared/schemas/message'
import { Sound } from '~/client/voice/sound'
import { useConversationsStore } from '../conversations'
import { useListeningStore } from './listening'
import { useMessagesStore } from '../messages/messages'
import { useSessionStore } from '../session'
import { useTab } from '../tab'

/** The part of a message that the player needs. */
export type VoiceCarrier = Pick<Message, 'id' | 'conversationId' | 'seq' | 'senderId' | 'heardBy'>

/** What is played: a voice message, or without a message an unsent recording. */
export interface VoiceTrack {
  /** The id of the attachment, or of the recording. */
  id: string
  url: string
  durationMs: number
  conversationId: string
  message: VoiceCarrier | null
}

export const RATES = [0.5, 0.75, 1, 1.25, 1.5, 2] as const
const RATE_KEY = 'webchat-voice-rate'

/**
 * The one player of voice messages. It goes on while other pages are shown, and from one unheard message to the next.
 */
export const useVoicePlayerStore = defineStore('voicePlayer', () => {
  const tab = useTab()
  const session = useSessionStore()
  const messages = useMessagesStore()
  const listening = useListeningStore()
  const conversations = useConversationsStore()

  const track = shallowRef<VoiceTrack | null>(null)
  const state = ref<'playing' | 'loading' | 'paused' | 'failed'>('paused')
  /** Milliseconds. */
  const position = ref(0)
  const rate = ref(readRate())
  /** Whether it plays, or is about to. */
  const going = computed(() => state.value === 'playing' || state.value === 'loading')

  const sound = new Sound({
    onPlaying() {
      state.value = 'playing'
      if (track.value?.message) listening.markHeard(track.value.message)
    },
    onPaused() {
      if (state.value !== 'failed') state.value = 'paused'
      remember()
    },
    onWaiting: () => {
      if (going.value) state.value = 'loading'
    },
    onPosition: (now) => (position.value = Math.min(now, track.value?.durationMs ?? now)),
    onEnded: () => void goOn(),
    onFailed: () => (state.value = 'failed'),
  })

  /** Plays a track from where it was left, or pauses it. @param at milliseconds, to begin elsewhere */
  function toggle(wanted: VoiceTrack, at?: number): void {
    if (track.value?.id !== wanted.id) return play(wanted, at ?? listening.positionOf(wanted.id))
    if (going.value) return pause()
    if (state.value === 'failed') return play(wanted, position.value)
    state.value = 'loading'
    sound.resume()
  }

  function play(wanted: VoiceTrack, at: number): void {
    remember()
    track.value = wanted
    position.value = at
    state.value = 'loading'
    sound.setRate(rate.value)
    sound.play(wanted.url, at)
  }

  function pause(): void {
    sound.pause()
    if (state.value === 'loading') state.value = 'paused'
  }

  /** Moves to a position in milliseconds. A track that is not playing begins there later. */
  function seek(wanted: VoiceTrack, to: number): void {
    const at = Math.min(Math.max(0, to), wanted.durationMs)
    if (track.value?.id === wanted.id) return sound.seek(at)
    listening.leaveAt(wanted.id, at)
    leftAt.value++
  }

  /** Grows when the position of a message that is not playing changes. */
  const leftAt = ref(0)

  /** The position of a message, in milliseconds. */
  function positionOf(id: string): number {
    if (track.value?.id === id) return position.value
    return leftAt.value >= 0 ? listening.positionOf(id) : 0
  }

  function setRate(next: number): void {
    rate.value = next
    sound.setRate(next)
    tab.client().environment.storage.set(RATE_KEY, String(next))
  }

  function readRate(): number {
    const kept = Number(tab.client().environment.storage.get(RATE_KEY))
    return RATES.find((each) => each === kept) ?? 1
  }

  /** Remembers the position, unless it is the end. */
  function remember(): void {
    if (!track.value?.message) return
    const isOver = position.value > track.value.durationMs - 300
    listening.leaveAt(track.value.id, isOver ? 0 : position.value)
    leftAt.value++
  }

  /** Goes on to the next message of others that I have not heard. Without one the player closes. */
  async function goOn(): Promise<void> {
    const ended = track.value
    state.value = 'paused'
    position.value = 0
    if (!ended?.message) return
    listening.leaveAt(ended.id, 0)
    leftAt.value++
    const next = await nextAfter(ended.message)
    // Another track may have been started meanwhile.
    if (track.value !== ended || going.value) return
    if (next) play(next, listening.positionOf(next.id))
    else stop(ended.id)
  }

  async function nextAfter({ conversationId, seq }: VoiceCarrier): Promise<VoiceTrack | null> {
    const following = await messages.voiceAfter(conversationId, seq)
    const next = following.find((message) => message.senderId !== session.me?.id && !listening.isHeard(message))
    return next ? trackOf(next) : null
  }

  /** Stops playing. With an id, only if that track is playing. */
  function stop(id?: string): void {
    if (!track.value || (id !== undefined && track.value.id !== id)) return
    remember()
    sound.stop()
    track.value = null
    state.value = 'paused'
    position.value = 0
  }

  const current = computed(() => {
    const played = track.value?.message
    return played && messages.history(played.conversationId)?.messages.find(({ id }) => id === played.id)
  })
  watch(
    () => current.value?.deletedAt,
    (deleted) => {
      if (deleted) stop()
    },
    { flush: 'sync' },
  )
  conversations.onRemoved(({ id }) => {
    if (track.value?.conversationId === id) stop()
  })
  watch(
    () => session.me?.id,
    () => stop(),
    { flush: 'sync' },
  )
  tab.client().environment.onSignal((signal) => {
    if (signal === 'hidden') remember()
  })

  return { track, state, position, rate, going, toggle, pause, seek, positionOf, setRate, stop }
})

/** The voice message of a message. Null: it has none. */
function trackOf(message: Message): VoiceTrack | null {
  const voice = message.attachments.find(({ kind }) => kind === 'voice')
  if (!voice) return null
  return {
    id: voice.id,
    url: voice.url,
    durationMs: voice.durationMs ?? 0,
    conversationId: message.conversationId,
    message,
  }
}
