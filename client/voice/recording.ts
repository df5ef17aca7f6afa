import type { KeptRecording } from './kept'

/** Milliseconds of a slip of the finger, which is not sent. */
export const MIN_RECORDING_MS = 500

/** The recording that is made, or waits for its sending, in this tab. Replaced, never mutated. */
export interface VoiceRecording extends KeptRecording {
  /** `done`: nothing can be added; it was recovered, the time is over, or the microphone has gone. */
  readonly phase: 'recording' | 'paused' | 'done'
  readonly durationMs: number
  /** The newest loudness, from 0 to 1. */
  readonly levels: readonly number[]
  /** For listening: once it rests. */
  readonly preview: { readonly url: string; readonly waveform: readonly number[] } | null
}
