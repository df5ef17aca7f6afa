import { RIGHTS, ROLES, type Right, type Role } from '#shared/domain/permissions'
import type { AuditEntry } from '#shared/schemas/group'
import { useClock } from '~/stores/clock'
import { untilTime } from '../common/times'

/** What an entry of the log says beyond its sentence: which names, roles, rights, as far as this page knows them. */
export function useAuditWords() {
  const { t, locale } = useI18n()
  const clock = useClock()

  const isRight = (value: unknown): value is Right => RIGHTS.includes(value as Right)
  const isRole = (value: unknown): value is Role => ROLES.includes(value as Role)
  const rightsIn = (value: unknown) =>
    Array.isArray(value) ? value.filter(isRight).map((right) => t(`right.${right}`)) : []
  const ends = (value: unknown) =>
    typeof value === 'string' ? t('until.at', { when: untilTime(value, clock.now(), locale.value) }) : ''

  function sentence({ action, actor, target }: AuditEntry): string {
    const [by, to] = [actor, target].map((person) => person?.displayName ?? t('person.unknown'))
    return t(`audit.${action.replace('.', '_')}`, { actor: by, target: to })
  }

  function details({ action, details: told }: AuditEntry): string[] {
    switch (action) {
      case 'group.created':
        return [quoted(told.name)]
      case 'group.changed':
        return told.name !== undefined ? [`${quoted(told.before)} → ${quoted(told.name)}`] : [t('audit.description')]
      case 'permissions.changed':
        return Object.entries((told.permissions ?? {}) as object).flatMap(([right, role]) =>
          isRight(right) && isRole(role) ? [`${t(`right.${right}`)}: ${t(`permissions.from.${role}`)}`] : [],
        )
      case 'settings.changed':
        return settings((told.settings ?? {}) as Record<string, unknown>)
      case 'member.role':
        if (!isRole(told.role) || !isRole(told.before)) return []
        return [`${t(`role.${told.before}`)} → ${t(`role.${told.role}`)}`]
      case 'member.rights':
        return memberRights(told)
      case 'invite.created':
        return [told.maxUses ? t('invites.uses', { n: told.maxUses }, Number(told.maxUses)) : '', ends(told.expiresAt)]
      default:
        return []
    }
  }

  function settings(told: Record<string, unknown>): string[] {
    const { slowModeSeconds, history, joinApproval } = told
    return [
      slowModeSeconds === undefined ? '' : t('audit.slowMode', { n: slowModeSeconds }, Number(slowModeSeconds)),
      history === undefined ? '' : t(history === 'all' ? 'settingsOf.historyAll' : 'settingsOf.historyJoined'),
      joinApproval === undefined ? '' : t(joinApproval ? 'audit.approvalOn' : 'audit.approvalOff'),
    ]
  }

  function memberRights({ allow, deny, until }: Record<string, unknown>): string[] {
    const given = rightsIn(allow)
    const taken = rightsIn(deny)
    if (given.length + taken.length === 0) return [t('audit.rightsNone')]
    return [
      given.length > 0 ? t('audit.allowed', { rights: given.join(', ') }) : '',
      taken.length > 0 ? t('audit.denied', { rights: taken.join(', ') }) : '',
      ends(until),
    ]
  }

  return { sentence, detailsOf: (entry: AuditEntry) => details(entry).filter(Boolean) }
}

const quoted = (value: unknown) => (typeof value === 'string' ? `“${value}”` : '')
