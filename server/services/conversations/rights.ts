import type { Refusal, Standing, Verdict } from '#shared/domain/permissions'
import { AppError } from '#shared/errors'
import type { MembershipRecord } from '../../repositories/memberships'

const SENTENCE: Record<Refusal, string> = {
  direct: 'A direct conversation has no such right.',
  role: 'Your role does not allow this.',
  denied: 'This was taken from you here.',
  rank: 'This person stands as high as you, or higher.',
  self: 'This cannot be done to oneself.',
  author: 'Only its author changes a message.',
  beyond: 'Nobody gives what he does not have.',
  owner: 'Hand the group over first.',
}

/** A membership as the rules see it. */
export function standingOf(membership: MembershipRecord): Standing {
  const { role, allow, deny, until } = membership
  return { role, allow, deny, until: until?.getTime() ?? null }
}

/** @throws AppError FORBIDDEN, with the reason, unless the rules say yes */
export function demand(verdict: Verdict): void {
  if (!verdict.allowed) throw refusal(verdict.reason)
}

export function refusal(reason: Refusal): AppError {
  return new AppError('FORBIDDEN', { message: SENTENCE[reason] })
}
