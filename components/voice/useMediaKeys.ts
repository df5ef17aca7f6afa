import type { VoiceTrack } from '~/stores/voice/voicePlayer'
import { useVoicePlayerStore } from '~/stores/voice/voicePlayer'

/** Milliseconds that a headset's skip keys move the position. */
const SKIP_MS = 10_000

/**
 * Connects lock screens and headset keys with the voice message that is played. Called in setup.
 * @param words who speaks, and where
 */
export function useMediaKeys(words: () => { title: string; artist: string }) {
  if (!('mediaSession' in navigator)) return
  const session = navigator.mediaSession
  const player = useVoicePlayerStore()
  const withTrack = (action: (track: VoiceTrack) => void) => () => {
    if (player.track) action(player.track)
  }

  const handlers: [MediaSessionAction, MediaSessionActionHandler][] = [
    [
      'play',
      withTrack((track) => {
        if (!player.going) player.toggle(track)
      }),
    ],
    ['pause', () => player.pause()],
    ['stop', () => player.stop()],
    [
      'seekbackward',
      ({ seekOffset }) => withTrack((track) => player.seek(track, player.position - seconds(seekOffset)))(),
    ],
    [
      'seekforward',
      ({ seekOffset }) => withTrack((track) => player.seek(track, player.position + seconds(seekOffset)))(),
    ],
    ['seekto', ({ seekTime }) => withTrack((track) => player.seek(track, (seekTime ?? 0) * 1_000))()],
  ]
  const set = (isOn: boolean) => {
    for (const [action, handler] of handlers) {
      try {
        session.setActionHandler(action, isOn ? handler : null)
      } catch {
        // This browser does not know the action.
      }
    }
  }

  set(true)
  watchEffect(() => {
    session.metadata = new MediaMetadata(words())
    session.playbackState = player.going ? 'playing' : 'paused'
  })
  // Once a second is enough: in between the lock screen counts by itself.
  watch(
    () => [player.track, player.rate, Math.floor(player.position / 1_000)] as const,
    ([track, playbackRate]) => {
      if (!track) return
      const duration = track.durationMs / 1_000
      session.setPositionState?.({ duration, playbackRate, position: Math.min(duration, player.position / 1_000) })
    },
    { immediate: true },
  )
  onScopeDispose(() => {
    set(false)
    session.metadata = null
    session.playbackState = 'none'
  })
}

function seconds(offset: number | undefined): number {
  return offset ? offset * 1_000 : SKIP_MS
}
