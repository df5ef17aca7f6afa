import type { KeptRecording } from './kept'

/** The least length in milliseconds. Shorter recordings are slips, and are not sent. */
export const MIN_RECORDING_MS = 500

/** The recording of this tab, while it is made or waits to be sent. Replaced, never mutated. */
export interface VoiceRecording extends KeptRecording {
  /** `done`: nothing can be added, because it was recovered, the time is over, or the microphone is gone. */
  readonly phase: 'recording' | 'paused' | 'done'
  readonly durationMs: number
  /** The newest loudness, from 0 to 1. */
  readonly levels: readonly number[]
  /** For playing it, while it is paused or done. */
  readonly preview: { readonly url: string; readonly waveform: readonly number[] } | null
}
