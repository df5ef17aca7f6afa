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

/** The rights in the groups in which people think of them. */
export const RIGHT_GROUPS = [
  { name: 'writing', rights: ['sendText', 'sendImage', 'sendFile', 'sendVoice', 'sendLink', 'react', 'mentionAll'] },
  { name: 'messages', rights: ['editOwn', 'deleteOwn', 'deleteAny', 'pin'] },
  { name: 'people', rights: ['invite', 'approveJoin', 'remove', 'ban', 'restrict'] },
  { name: 'group', rights: ['editInfo', 'manageRoles', 'managePermissions', 'viewAudit', 'deleteGroup'] },
] as const satisfies readonly { name: string; rights: readonly Right[] }[]

/** The rights that a preset sets: who can write. Everyone can still react. */
const PRESET_RIGHTS: readonly Right[] = ['sendText', 'sendImage', 'sendFile', 'sendVoice', 'sendLink']
export const PRESETS = { everyone: presetOf('member'), moderators: presetOf('moderator') }
export type Preset = keyof typeof PRESETS

function presetOf(role: Role): Partial<Record<Right, Role>> {
  return Object.fromEntries(PRESET_RIGHTS.map((right) => [right, role]))
}

/** The preset that the rules match, if any. */
export function presetNow(rules: Rules): Preset | null {
  const is = (preset: Preset) => PRESET_RIGHTS.every((right) => lowestRole(rules, right) === PRESETS[preset][right])
  return is('everyone') ? 'everyone' : is('moderators') ? 'moderators' : null
}

/** The roles from the lowest up, as choices of who can do something. */
export const FROM_LOWEST: readonly Role[] = ROLES.toReversed()

/** The roles below a role, from the highest down. */
export function rolesBelow(role: Role): Exclude<Role, 'owner'>[] {
  return ROLES.filter((other): other is Exclude<Role, 'owner'> => other !== 'owner' && outranks(role, other))
}

/** Why something is denied, in words. Empty if it is allowed. */
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
