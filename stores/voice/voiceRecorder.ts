import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import { LIMITS } from '#shared/limits'
import type { Leadership } from '~/client/leadership'
import { peaksOf } from '~/client/voice/levels'
import { microphoneProblem, whyNoRecorder, type MicrophoneProblem } from '~/client/voice/microphone'
import type { Piece, Recorder } from '~/client/voice/recorder'
import { MIN_RECORDING_MS, type VoiceRecording } from '~/client/voice/recording'
import { useConversationsStore } from '../conversations'
import { useMessagesStore } from '../messages/messages'
import { useSessionStore } from '../session'
import { useTab } from '../tab'
import { lockRecording, recoverRecordings } from './recoverRecordings'
import { useVoicePlayerStore } from './voicePlayer'

export type { MicrophoneProblem } from '~/client/voice/microphone'
export type { VoiceRecording } from '~/client/voice/recording'

/** The number of measurements that the live waveform shows. */
const MAX_SHOWN_LEVELS = 150

/**
 * Records voice messages, one at a time, also while another conversation is shown. Every second is stored in this
 * browser, and offered again if the tab was lost. Once sent, a recording is an upload like any file.
 */
export const useVoiceRecorderStore = defineStore('voiceRecorder', () => {
  const tab = useTab()
  const session = useSessionStore()
  const messages = useMessagesStore()
  const conversations = useConversationsStore()
  const player = useVoicePlayerStore()

  const recording = shallowRef<VoiceRecording | null>(null)
  /** The conversation for which the browser is asking for the microphone. */
  const asking = shallowRef<string | null>(null)
  const problem = shallowRef<{ conversationId: string; kind: MicrophoneProblem } | null>(null)
  let recorder: Recorder | null = null
  let stopping: Promise<void> | null = null
  let pieces: Piece[] = []
  let lock: Leadership | null = null
  const recovery = recoverRecordings({ tab, isHere: (id) => recording.value?.id === id, onFound: offerNext })

  /** Milliseconds until the recording is stopped. */
  const left = computed(() => LIMITS.voiceDuration - (recording.value?.durationMs ?? 0))

  /** Begins to record, unless there is a recording already. @returns whether it has begun */
  async function start(conversationId: string): Promise<boolean> {
    if (recording.value || asking.value) return false
    problem.value = null
    const hindrance = whyNoRecorder()
    if (hindrance) return refuse(conversationId, hindrance)
    player.pause()
    asking.value = conversationId
    try {
      const { Recorder } = await import('~/client/voice/recorder')
      const begun = await Recorder.begin()
      // The person has given up or signed out while the browser asked.
      if (asking.value !== conversationId) {
        begun.close()
        return false
      }
      take(begun, conversationId)
      return true
    } catch (thrown) {
      return asking.value === conversationId ? refuse(conversationId, microphoneProblem(thrown)) : false
    } finally {
      if (asking.value === conversationId) asking.value = null
    }
  }

  function refuse(conversationId: string, kind: MicrophoneProblem): false {
    problem.value = { conversationId, kind }
    return false
  }

  function take(begun: Recorder, conversationId: string): void {
    const { environment, recordings } = tab.client()
    const id = environment.newId()
    const kept = { id, conversationId, mime: begun.mime, startedAt: environment.now() }
    recorder = begun
    pieces = []
    lock = lockRecording(environment, id, () => {})
    recording.value = { ...kept, phase: 'recording', durationMs: 0, levels: [], preview: null }
    void recordings?.begin(kept)
    begun.onPiece = (piece) => {
      if (recording.value?.id !== id) return
      pieces.push(piece)
      void recordings?.add(id, piece)
    }
    begun.onLevel = (level) => {
      const now = recording.value
      if (now?.id !== id || now.phase !== 'recording') return
      change({ durationMs: begun.durationMs, levels: [...now.levels, level].slice(-MAX_SHOWN_LEVELS) })
      if (left.value <= 0) void finish()
    }
    begun.onLost = () => void finish()
  }

  function change(fields: Partial<VoiceRecording>): void {
    if (recording.value) recording.value = { ...recording.value, ...fields }
  }

  async function pause(): Promise<void> {
    if (recording.value?.phase !== 'recording' || !recorder) return
    change({ phase: 'paused' })
    await recorder.pause()
    showPreview()
  }

  function resume(): void {
    if (recording.value?.phase !== 'paused' || !recorder) return
    player.stop(recording.value.id)
    dropPreview()
    recorder.resume()
    change({ phase: 'recording' })
  }

  /** Ends the recording. It can be played and sent. */
  async function finish(): Promise<void> {
    if (!recording.value || recording.value.phase === 'done') return
    change({ phase: 'done' })
    await stop()
    showPreview()
  }

  async function stop(): Promise<void> {
    const ending = recorder
    if (!ending) return
    stopping ??= ending.stop()
    await stopping
    if (recorder === ending) recorder = stopping = null
  }

  function showPreview(): void {
    const { value } = recording
    if (!value || value.phase === 'recording' || pieces.length === 0) return
    dropPreview()
    const url = tab.client().environment.objectUrl(bytesOf(value.mime))
    change({ preview: { url, waveform: waveform() }, durationMs: pieces.at(-1)!.durationMs })
  }

  function dropPreview(): void {
    if (!recording.value?.preview) return
    tab.client().environment.releaseUrl(recording.value.preview.url)
    change({ preview: null })
  }

  const bytesOf = (mime: string) =>
    new Blob(
      pieces.map(({ bytes }) => bytes),
      { type: mime },
    )
  const waveform = () => peaksOf(pieces.flatMap(({ levels }) => levels))

  /** Sends the recording. @returns false if it was too short and was discarded; null if there is none */
  async function send(replyToId?: string | null): Promise<boolean | null> {
    const { value } = recording
    if (!value) return null
    change({ phase: 'done' })
    await stop()
    if (recording.value?.id !== value.id) return null
    const durationMs = pieces.at(-1)?.durationMs ?? 0
    if (durationMs < MIN_RECORDING_MS) {
      discard()
      return false
    }
    const ending = value.mime === 'audio/mp4' ? 'm4a' : value.mime.split('/')[1]
    const name = `voice-${new Date(value.startedAt).toISOString().slice(0, 16).replace(/[T:]/g, '-')}.${ending}`
    const file = new File([bytesOf(value.mime)], name, { type: value.mime, lastModified: value.startedAt })
    const safe = messages.sendVoice(value.conversationId, {
      file,
      voice: { durationMs, waveform: waveform() },
      replyToId,
    })
    // It stays stored until the outbox has it, so that a tab that dies in between loses nothing.
    end(safe)
    return true
  }

  /** Discards the recording. */
  function discard(): void {
    asking.value = null
    recorder?.close()
    recorder = stopping = null
    end(Promise.resolve())
  }

  function end(safe: Promise<void>): void {
    const { value } = recording
    if (!value) return
    const ownLock = lock
    player.stop(value.id)
    dropPreview()
    recording.value = null
    pieces = []
    lock = null
    void safe.then(() => tab.client().recordings?.remove([value.id])).then(() => ownLock?.close())
    offerNext()
  }

  function offerNext(): void {
    const next = recording.value || asking.value ? undefined : recovery.next()
    if (!next) return
    pieces = next.pieces
    lock = next.lock
    recording.value = { ...next.kept, phase: 'done', durationMs: pieces.at(-1)!.durationMs, levels: [], preview: null }
    showPreview()
  }

  /** Clears this tab after signing out. The stored recordings are not touched. */
  function clear(): void {
    recorder?.close()
    recorder = stopping = null
    dropPreview()
    lock?.close()
    recovery.clear()
    recording.value = asking.value = problem.value = lock = null
    pieces = []
  }

  conversations.onRemoved(({ id }) => {
    if (recording.value?.conversationId === id) discard()
  })
  watch(
    () => session.me?.id,
    (id) => {
      if (id) void recovery.look()
      else clear()
    },
    { immediate: true, flush: 'sync' },
  )

  return {
    recording,
    asking,
    problem,
    left,
    start,
    pause,
    resume,
    send,
    discard,
    clearProblem: () => (problem.value = null),
  }
})
