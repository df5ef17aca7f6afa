import { RIGHTS, ROLES, type Right, type Role } from '#shared/domain/permissions'
import type { AuditEntry } from '#shared/schemas/group'
import { useClock } from '~/stores/clock'
import { untilTime } from '../common/times'

/** Puts the details of a log entry into words: names, roles and rights, as far as this page knows them. */
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

  function details({ action, details: facts }: AuditEntry): string[] {
    switch (action) {
      case 'group.created':
        return [quoted(facts.name)]
      case 'group.changed':
        return facts.name !== undefined ? [`${quoted(facts.before)} → ${quoted(facts.name)}`] : [t('audit.description')]
      case 'permissions.changed':
        return Object.entries((facts.permissions ?? {}) as object).flatMap(([right, role]) =>
          isRight(right) && isRole(role) ? [`${t(`right.${right}`)}: ${t(`permissions.from.${role}`)}`] : [],
        )
      case 'settings.changed':
        return settings((facts.settings ?? {}) as Record<string, unknown>)
      case 'member.role':
        if (!isRole(facts.role) || !isRole(facts.before)) return []
        return [`${t(`role.${facts.before}`)} → ${t(`role.${facts.role}`)}`]
      case 'member.rights':
        return memberRights(facts)
      case 'invite.created':
        return [
          facts.maxUses ? t('invites.uses', { n: facts.maxUses }, Number(facts.maxUses)) : '',
          ends(facts.expiresAt),
        ]
      default:
        return []
    }
  }

  function settings(facts: Record<string, unknown>): string[] {
    const { slowModeSeconds, history, joinApproval, hideDeleted, notify, linkPreviews } = facts
    return [
      slowModeSeconds === undefined ? '' : t('audit.slowMode', { n: slowModeSeconds }, Number(slowModeSeconds)),
      history === undefined ? '' : t(history === 'all' ? 'settingsOf.historyAll' : 'settingsOf.historyJoined'),
      joinApproval === undefined ? '' : t(joinApproval ? 'audit.approvalOn' : 'audit.approvalOff'),
      hideDeleted === undefined ? '' : t(hideDeleted ? 'settingsOf.deletedHidden' : 'settingsOf.deletedShown'),
      notify === undefined ? '' : t(notify === 'all' ? 'settingsOf.notifyAll' : 'settingsOf.notifyMentions'),
      linkPreviews === undefined ? '' : t(linkPreviews ? 'settingsOf.previewsOn' : 'settingsOf.previewsOff'),
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
