import { computed, reactive, toValue, type MaybeRefOrGetter } from 'vue'
import { useVoiceRecorderStore } from '~/stores/voice/voiceRecorder'
import { useRights } from './useRights'

/** Milliseconds before the end from which the time that is left is shown. */
const WARN_BEFORE_MS = 60_000

/** The recorder as one conversation sees it. */
export function useVoiceRecorder(conversationId: MaybeRefOrGetter<string>) {
  const store = useVoiceRecorderStore()
  const rights = useRights(conversationId)
  const isHere = (id: string | undefined | null) => id === toValue(conversationId)

  return reactive({
    /** What is recorded for this conversation. */
    here: computed(() => (isHere(store.recording?.conversationId) ? store.recording : null)),
    /** Whether the browser is asking for the microphone. */
    asking: computed(() => isHere(store.asking)),
    /** Whether the recorder is in use, or being started, in another conversation. */
    busy: computed(() => {
      const id = store.recording?.conversationId ?? store.asking
      return id !== null && id !== undefined && !isHere(id)
    }),
    problem: computed(() => (isHere(store.problem?.conversationId) ? store.problem!.kind : null)),
    /** Milliseconds that are left. Null unless the end is near. */
    left: computed(() => (store.left <= WARN_BEFORE_MS ? Math.max(0, store.left) : null)),
    decision: computed(() => rights.decision('sendVoice')),
    start: () => store.start(toValue(conversationId)),
    pause: () => void store.pause(),
    resume: store.resume,
    send: store.send,
    discard: store.discard,
    clearProblem: store.clearProblem,
  })
}
