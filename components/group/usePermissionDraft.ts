import { lowestRole, RIGHTS, type Right, type Role } from '#shared/domain/permissions'
import type { Conversation } from '#shared/schemas/conversation'
import type { ChangeGroupInput } from '#shared/schemas/group'

export type Permissions = Partial<Record<Right, Role>>
type Settings = Conversation['settings']

/**
 * Changes to a group's permissions and settings that are saved together. They hold only what differs from the stored
 * values, so that another person's change of another line is not undone.
 */
export function usePermissionDraft(conversation: () => Conversation) {
  const permissions = ref<Permissions>({})
  const settings = ref<Partial<Settings>>({})

  /** The permissions as they would be after saving. */
  const rules = computed(() => ({
    kind: 'group' as const,
    permissions: { ...conversation().permissions, ...permissions.value },
  }))
  const settled = computed(() => ({ ...conversation().settings, ...settings.value }))

  const patch = computed<ChangeGroupInput>(() => ({
    ...(Object.keys(permissions.value).length > 0 && { permissions: permissions.value }),
    ...(Object.keys(settings.value).length > 0 && { settings: settings.value }),
  }))
  const dirty = computed(() => Object.keys(patch.value).length > 0)

  function setPermissions(changes: Permissions) {
    const wanted = { ...permissions.value, ...changes }
    const differs = (right: Right) => wanted[right] !== undefined && wanted[right] !== lowestRole(conversation(), right)
    permissions.value = Object.fromEntries(RIGHTS.filter(differs).map((right) => [right, wanted[right]]))
  }

  function setSettings(changes: Partial<Settings>) {
    const stored = conversation().settings
    const wanted = Object.entries({ ...settings.value, ...changes })
    settings.value = Object.fromEntries(wanted.filter(([key, value]) => stored[key as keyof Settings] !== value))
  }

  function discard() {
    permissions.value = {}
    settings.value = {}
  }

  return { rules, settled, patch, dirty, setPermissions, setSettings, discard }
}
