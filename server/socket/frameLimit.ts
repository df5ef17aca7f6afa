import { config } from '../config'

/** The burst, and the frames per second after it. Both are multiplied by RATE_LIMIT_FACTOR. */
const MAX_BURST = 500
const FRAMES_PER_SECOND = 100

/**
 * Creates the token bucket of one socket.
 * @returns a function that counts one more frame and says whether it may pass
 */
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
