import { RIGHT_TO_SEND } from './files'
import { can, type Right, type Rules, type Standing, type Decision } from './permissions'

/** A text that somebody wants to write, and whether it has a link. `writingOf` makes it. */
export interface Writing {
  text: string
  hasLink: boolean
}

/**
 * Whether a member may change the text of their own message. Editing is writing, so they need the rights to write it.
 * @param isOwn whether they have written it; what they have forwarded with somebody's name is not their own
 */
export function canEditMessage(rules: Rules, actor: Standing, isOwn: boolean, writing: Writing, now: number): Decision {
  if (!isOwn) return { allowed: false, reason: 'author' }
  const decision = can(rules, actor, 'editOwn', now)
  return decision.allowed ? canWrite(rules, actor, writing, now) : decision
}

/**
 * Whether a member may write this text. Text that is sent with files is text like any other.
 * @param writing its text is empty when only files are sent, which have their own rights
 */
export function canWrite(rules: Rules, actor: Standing, writing: Writing, now: number): Decision {
  const required: Right[] = writing.text === '' ? [] : writing.hasLink ? ['sendText', 'sendLink'] : ['sendText']
  const decisions = required.map((right) => can(rules, actor, right, now))
  return decisions.find(({ allowed }) => !allowed) ?? { allowed: true }
}

/** Whether a member may send what a message of another conversation has: its text and its files. */
export function canForward(
  rules: Rules,
  actor: Standing,
  message: Writing & { attachments: readonly { kind: keyof typeof RIGHT_TO_SEND }[] },
  now: number,
): Decision {
  const decisions = message.attachments.map(({ kind }) => can(rules, actor, RIGHT_TO_SEND[kind], now))
  return [canWrite(rules, actor, message, now), ...decisions].find(({ allowed }) => !allowed) ?? { allowed: true }
}
