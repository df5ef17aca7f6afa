import { EVERYBODY } from '#shared/domain/text/mentions'
import { logger } from '../../observability/logger'
import { findMembers } from '../../repositories/memberships'
import type { Id } from '../../repositories/id'
import { changeMySettings } from './mySettings'

/**
 * Takes a conversation out of the archives of the members whom messages mention. It goes on after the caller, and never
 * throws.
 * @param mentions as message records have them
 */
export function returnMentioned(conversationId: Id, mentions: readonly string[]): void {
  if (mentions.length > 0) void returnNow(conversationId, mentions)
}

async function returnNow(conversationId: Id, mentions: readonly string[]): Promise<void> {
  const id = conversationId.toString()
  try {
    const members = await findMembers(id, mentions.includes(EVERYBODY) ? undefined : [...new Set(mentions)])
    for (const { userId } of members.filter((member) => member.archived))
      await changeMySettings(userId.toString(), id, { archived: false })
  } catch (error) {
    logger.warn({ err: error, conversationId: id }, 'a mentioned chat stays in an archive')
  }
}
