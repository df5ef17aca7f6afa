import { MUTED_FOR_GOOD } from '#shared/domain/attention'

/** The choices for how long a chat is muted. */
export const MUTES = ['hour', 'eightHours', 'tomorrow', 'forGood'] as const
export type Mute = (typeof MUTES)[number]

/** The hour of the reader's own clock at which "until tomorrow" ends. */
const MORNING = 8

/** When a mute ends, as an ISO time. @param now milliseconds since the epoch */
export function muteEnd(mute: Mute, now: number): string {
  if (mute === 'forGood') return MUTED_FOR_GOOD
  if (mute === 'tomorrow') {
    const day = new Date(now)
    return new Date(day.getFullYear(), day.getMonth(), day.getDate() + 1, MORNING).toISOString()
  }
  return new Date(now + (mute === 'hour' ? 1 : 8) * 3_600_000).toISOString()
}
