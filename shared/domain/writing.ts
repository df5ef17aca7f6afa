import { can, type Right, type Rules, type Standing, type Decision } from './permissions'
import { containsLink } from './text/links'

/**
 * Whether a member may change the text of their own message. Editing is writing, so they need the rights to write it.
 */
export function canEditMessage(rules: Rules, actor: Standing, isOwn: boolean, text: string, now: number): Decision {
  if (!isOwn) return { allowed: false, reason: 'author' }
  const decision = can(rules, actor, 'editOwn', now)
  return decision.allowed ? canWrite(rules, actor, text, now) : decision
}

/**
 * Whether a member may write this text. Text that is sent with files is text like any other.
 * @param text empty when only files are sent, which have their own rights
 */
export function canWrite(rules: Rules, actor: Standing, text: string, now: number): Decision {
  const required: Right[] = text === '' ? [] : containsLink(text) ? ['sendText', 'sendLink'] : ['sendText']
  const decisions = required.map((right) => can(rules, actor, right, now))
  return decisions.find(({ allowed }) => !allowed) ?? { allowed: true }
}
