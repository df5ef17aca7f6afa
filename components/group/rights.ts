import {
  lowestRole,
  outranks,
  ROLES,
  type Right,
  type Role,
  type Rules,
  type Decision,
} from '#shared/domain/permissions'
import { useClock } from '~/stores/clock'
import { untilTime } from '../common/times'

/** The rights as people think of them. */
export const RIGHT_GROUPS = [
  { name: 'writing', rights: ['sendText', 'sendImage', 'sendFile', 'sendVoice', 'sendLink', 'react', 'mentionAll'] },
  { name: 'messages', rights: ['editOwn', 'deleteOwn', 'deleteAny', 'pin'] },
  { name: 'people', rights: ['invite', 'approveJoin', 'remove', 'ban', 'restrict'] },
  { name: 'group', rights: ['editInfo', 'manageRoles', 'managePermissions', 'viewAudit', 'deleteGroup'] },
] as const satisfies readonly { name: string; rights: readonly Right[] }[]

/** What a preset sets: who may write. Reacting is left to everyone. */
const PRESET_RIGHTS: readonly Right[] = ['sendText', 'sendImage', 'sendFile', 'sendVoice', 'sendLink']
export const PRESETS = { everyone: presetOf('member'), moderators: presetOf('moderator') }
export type Preset = keyof typeof PRESETS

function presetOf(role: Role): Partial<Record<Right, Role>> {
  return Object.fromEntries(PRESET_RIGHTS.map((right) => [right, role]))
}

/** Which preset the rules are, if any. */
export function presetNow(rules: Rules): Preset | null {
  const is = (preset: Preset) => PRESET_RIGHTS.every((right) => lowestRole(rules, right) === PRESETS[preset][right])
  return is('everyone') ? 'everyone' : is('moderators') ? 'moderators' : null
}

/** The roles from the lowest up, as a choice of who may do something. */
export const FROM_LOWEST: readonly Role[] = ROLES.toReversed()

/** Roles below one, from the highest down. */
export function rolesBelow(role: Role): Exclude<Role, 'owner'>[] {
  return ROLES.filter((other): other is Exclude<Role, 'owner'> => other !== 'owner' && outranks(role, other))
}

/** Why something may not be done, in words; empty when it may. */
export function useReasons() {
  const { t, locale } = useI18n()
  const clock = useClock()

  return function reason(decision: Decision, right?: Right, rules?: Rules): string {
    if (decision.allowed) return ''
    if (decision.reason === 'role' && right && rules) return t(`reason.from.${lowestRole(rules, right)}`)
    if (decision.reason === 'denied' && decision.until) {
      const until = new Date(decision.until).toISOString()
      return t('reason.deniedUntil', { when: untilTime(until, clock.now(), locale.value) })
    }
    return t(`reason.${decision.reason}`)
  }
}
