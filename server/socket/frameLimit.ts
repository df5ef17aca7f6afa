import { config } from '../config'

/** Frames at once, and frames a second after that; both multiplied by RATE_LIMIT_FACTOR. */
const MAX_BURST = 500
const FRAMES_PER_SECOND = 100

/** Makes the frame count of one socket: a bucket that fills with time. It answers whether one more frame is fine. */
export function createFrameLimit(now: () => number = Date.now): () => boolean {
  const burst = MAX_BURST * config.rateLimitFactor
  let tokens = burst
  let last = now()
  return () => {
    const time = now()
    tokens = Math.min(burst, tokens + ((time - last) / 1000) * FRAMES_PER_SECOND * config.rateLimitFactor)
    last = time
    if (tokens < 1) return false
    tokens -= 1
    return true
  }
}
