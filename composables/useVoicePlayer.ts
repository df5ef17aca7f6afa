import { computed, reactive } from 'vue'
import { useVoicePlayerStore, type VoiceTrack } from '~/stores/voice/voicePlayer'

/** Milliseconds that an arrow key moves in a long message, and in a short one. */
const STEP = { long: 5_000, short: 1_000, longFrom: 20_000 }

/** The player as one voice message sees it. */
export function useVoicePlayer(track: () => VoiceTrack | null) {
  const store = useVoicePlayerStore()
  const isCurrent = computed(() => track() !== null && store.track?.id === track()!.id)
  const durationMs = computed(() => track()?.durationMs ?? 0)
  const position = computed(() => (track() ? Math.min(durationMs.value, store.positionOf(track()!.id)) : 0))

  function seek(to: number): void {
    const now = track()
    if (now) store.seek(now, to)
  }

  return reactive({
    current: isCurrent,
    state: computed(() => (isCurrent.value ? store.state : ('paused' as const))),
    going: computed(() => isCurrent.value && store.going),
    position,
    durationMs,
    toggle(): void {
      const now = track()
      if (now) store.toggle(now)
    },
    seek,
    /** Moves one step back (-1) or forward (1), by keys. */
    step: (direction: 1 | -1) =>
      seek(position.value + direction * (durationMs.value > STEP.longFrom ? STEP.long : STEP.short)),
  })
}
