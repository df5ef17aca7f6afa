import { can, type Right, type Rules, type Standing, type Decision } from './permissions'
import { containsLink } from './text/links'

/** Whether a member may change the text of a message of his own: that is writing, so he needs the rights to write it. */
export function canEditMessage(rules: Rules, actor: Standing, isOwn: boolean, text: string, now: number): Decision {
  if (!isOwn) return { allowed: false, reason: 'author' }
  const edits = can(rules, actor, 'editOwn', now)
  return edits.allowed ? canWrite(rules, actor, text, now) : edits
}

/**
 * Whether a member may write this text. Words beside files are text like any other.
 * @param text empty where only files are sent, which have rights of their own
 */
export function canWrite(rules: Rules, actor: Standing, text: string, now: number): Decision {
  const needed: Right[] = text === '' ? [] : containsLink(text) ? ['sendText', 'sendLink'] : ['sendText']
  const decisions = needed.map((right) => can(rules, actor, right, now))
  return decisions.find(({ allowed }) => !allowed) ?? { allowed: true }
}
