import { LIMITS } from '#shared/limits'

/** Decibels below the maximum at which silence begins. */
const SILENCE_DB = 60

/** The perceived loudness of samples from -1 to 1: from 0 (silence) to 1. */
export function loudnessOf(samples: ArrayLike<number>): number {
  let sum = 0
  for (let index = 0; index < samples.length; index++) sum += samples[index]! ** 2
  const decibels = 10 * Math.log10(sum / Math.max(1, samples.length))
  return Number.isFinite(decibels) ? clamp(1 + decibels / SILENCE_DB) : 0
}

/**
 * The waveform of a recording: the loudest moment of each of 64 equal parts, the loudest of all being 1.
 * @param levels loudness at even intervals, from 0 to 1
 */
export function peaksOf(levels: readonly number[], points: number = LIMITS.voicePoints): number[] {
  const parts = Array.from({ length: points }, (_, part) => {
    const from = Math.floor((part * levels.length) / points)
    const to = Math.max(from + 1, Math.floor(((part + 1) * levels.length) / points))
    return Math.max(0, ...levels.slice(from, to))
  })
  // Noise that is hardly above silence is not amplified.
  const loudest = Math.max(0.1, ...parts)
  // It is squared, because on a scale of decibels all speech is about equally high.
  return parts.map((part) => Math.round(clamp(part / loudest) ** 2 * 100) / 100)
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value))
}
