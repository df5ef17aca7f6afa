import { may, type Right, type Rules, type Standing, type Verdict } from './permissions'
import { containsLink } from './text/links'

/** Whether a member may change the text of a message of his own: that is writing, so he needs the rights to write it. */
export function mayEditMessage(rules: Rules, actor: Standing, isOwn: boolean, text: string, now: number): Verdict {
  if (!isOwn) return { allowed: false, reason: 'author' }
  const edits = may(rules, actor, 'editOwn', now)
  return edits.allowed ? mayWrite(rules, actor, text, now) : edits
}

/**
 * Whether a member may write this text. Words beside files are text like any other.
 * @param text empty where only files are sent, which have rights of their own
 */
export function mayWrite(rules: Rules, actor: Standing, text: string, now: number): Verdict {
  const needed: Right[] = text === '' ? [] : containsLink(text) ? ['sendText', 'sendLink'] : ['sendText']
  const verdicts = needed.map((right) => may(rules, actor, right, now))
  return verdicts.find(({ allowed }) => !allowed) ?? { allowed: true }
}
