import { overridesHold, type Right } from '#shared/domain/permissions'
import type { Member } from '#shared/schemas/conversation'
import { standingOf } from '#shared/domain/standing'

/** The rights that a mute denies. */
export const WRITING: readonly Right[] = ['sendText', 'sendImage', 'sendFile', 'sendVoice']

type Overridden = Pick<Member, 'role' | 'allow' | 'deny' | 'until'>

/** The single rights of a member that are in force. There are none when their time is over. */
export function currentOverrides(member: Overridden, now: number): Pick<Overridden, 'allow' | 'deny' | 'until'> {
  return overridesHold(standingOf(member), now) ? member : { allow: [], deny: [], until: null }
}

export function isMuted(member: Overridden, now: number): boolean {
  return currentOverrides(member, now).deny.includes('sendText')
}

/** The same by right. A right that is both allowed and denied is denied. */
export function overridesOf(member: Overridden, now: number): Partial<Record<Right, 'allow' | 'deny'>> {
  const { allow, deny } = currentOverrides(member, now)
  return Object.fromEntries([
    ...allow.map((right) => [right, 'allow'] as const),
    ...deny.map((right) => [right, 'deny'] as const),
  ])
}
