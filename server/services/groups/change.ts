import { lowestRole, can, canChangePermissions, RIGHTS, type Right, type Role } from '#shared/domain/permissions'
import { standingOf } from '#shared/domain/standing'
import type { Conversation } from '#shared/schemas/conversation'
import type { ChangeGroupInput } from '#shared/schemas/group'
import { presentSettings } from '../../presenters/conversation'
import { changeConversation, type ConversationRecord, type GroupSettings } from '../../repositories/conversations'
import { getConversation } from '../conversations/get'
import { inOrder } from '../conversations/inOrder'
import { requireConversation } from '../conversations/membership'
import { authorize } from '../conversations/rights'
import { setAvatar } from '../files/setAvatar'
import { endInvites } from './invites'
import { recordChange } from '../audit/record'
import { postSystemMessage } from '../messages/postSystemMessage'
import { announceConversation } from './announce'

/**
 * Changes a group's name, description, picture, permissions and settings. When one part is not allowed, nothing
 * changes.
 * @returns the group as the caller sees it
 * @throws AppError NOT_FOUND, also for a picture that is not the caller's; FORBIDDEN
 */
export function changeGroup(userId: string, id: string, input: ChangeGroupInput): Promise<Conversation> {
  return inOrder(id, userId, async () => {
    const { conversation, membership } = await requireConversation(id, userId)
    const actor = standingOf(membership)
    const now = Date.now()
    const { name, description, avatarUploadId, permissions, settings } = input
    if (name !== undefined || description !== undefined || avatarUploadId !== undefined)
      authorize(can(conversation, actor, 'editInfo', now))
    if (settings) authorize(can(conversation, actor, 'managePermissions', now))
    if (permissions) authorize(canChangePermissions(conversation, actor, permissions, now))
    if (!name && description === undefined && !settings && !permissions)
      authorize(can(conversation, actor, 'editInfo', now))
    await changeConversation(id, {
      avatarId: await setAvatar(userId, id, conversation.avatarId, avatarUploadId),
      ...(name !== undefined && { name }),
      ...(description !== undefined && { description }),
      ...(permissions && { permissions: mergePermissions(conversation, permissions) }),
      ...(settings && { settings: { ...conversation.settings, ...settings } }),
    })
    if (permissions) await endInvites(id)
    await recordChanges(userId, conversation, input)
    await announceConversation(id)
    return getConversation(userId, id)
  })
}

function mergePermissions(conversation: ConversationRecord, changes: Partial<Record<Right, Role>>) {
  const merged = { ...conversation.permissions, ...changes }
  return Object.fromEntries(RIGHTS.flatMap((right) => (merged[right] ? [[right, merged[right]]] : [])))
}

async function recordChanges(userId: string, before: ConversationRecord, input: ChangeGroupInput): Promise<void> {
  const { name, description, permissions, settings } = input
  const id = before._id
  if (name !== undefined && name !== before.name) {
    await recordChange(id, userId, 'group.changed', null, { name, before: before.name })
    await postSystemMessage(id, userId, { action: 'renamed', targetIds: [], name })
  }
  if (description !== undefined && description !== before.description) {
    await recordChange(id, userId, 'group.changed', null, { description })
    await postSystemMessage(id, userId, { action: 'described', targetIds: [] })
  }
  if (input.avatarUploadId !== undefined) {
    await recordChange(id, userId, 'group.changed', null, { picture: input.avatarUploadId !== null })
    await postSystemMessage(id, userId, { action: 'pictured', targetIds: [] })
  }
  const newPermissions = RIGHTS.filter(
    (right) => permissions?.[right] && permissions[right] !== lowestRole(before, right),
  )
  if (newPermissions.length > 0) {
    const details = Object.fromEntries(newPermissions.map((right) => [right, permissions![right]]))
    await recordChange(id, userId, 'permissions.changed', null, { permissions: details })
  }
  const settingsBefore = presentSettings(before)
  const newSettings = Object.entries(settings ?? {}).filter(
    ([name, value]) => value !== settingsBefore[name as keyof GroupSettings],
  )
  if (newSettings.length > 0) {
    await recordChange(id, userId, 'settings.changed', null, { settings: Object.fromEntries(newSettings) })
    await postSystemMessage(id, userId, { action: 'settingsChanged', targetIds: [] })
  }
}
