import type { Conversation, MySettingsInput } from '#shared/schemas/conversation'
import type { ChangeGroupInput } from '#shared/schemas/group'
import { asApiError } from '~/client/http/apiError'
import { useRemovals } from './removals'
import { useSessionStore } from './session'
import { useTab } from './tab'

/** The functions of the conversations store that these actions use. */
interface Lent {
  mark(): number
  /** Applies an answer, unless events have brought something newer since `mark()`. */
  take(conversation: Conversation, since: number): void
  remove(id: string, reason: string): void
  find(id: string): Conversation | undefined
}

/** My actions on whole conversations. Part of the conversations store. */
export function conversationActions({ mark, take, remove, find }: Lent) {
  const tab = useTab()
  const session = useSessionStore()
  const removals = useRemovals()

  async function taken(request: Promise<Conversation>): Promise<Conversation> {
    const since = mark()
    const conversation = await request
    take(conversation, since)
    return find(conversation.id) ?? conversation
  }

  /** The one conversation with a person, made if there is none. @throws ApiError */
  function startDirect(userId: string): Promise<Conversation> {
    return taken(tab.client().conversations.startDirect(userId))
  }

  /** Makes a group, with me as its owner. @throws ApiError: INVALID, NOT_FOUND for a member who does not exist */
  function createGroup(input: { name: string; description?: string; memberIds: string[] }): Promise<Conversation> {
    return taken(tab.client().groups.create({ description: '', ...input }))
  }

  /**
   * Changes name, description, permissions, settings: all that is named, or nothing.
   * @throws ApiError: FORBIDDEN, INVALID
   */
  async function changeGroup(id: string, patch: ChangeGroupInput): Promise<void> {
    await taken(tab.client().groups.change(id, patch))
  }

  /** Puts a picture on a group. @throws ApiError: INVALID for what is not a picture, FORBIDDEN, TOO_LARGE, OFFLINE */
  async function setAvatar(id: string, picture: Blob): Promise<void> {
    await changeGroup(id, { avatarUploadId: await tab.client().sendAvatar(picture, id) })
  }

  /** @throws ApiError: FORBIDDEN */
  async function removeAvatar(id: string): Promise<void> {
    await changeGroup(id, { avatarUploadId: null })
  }

  /** Deletes a group for everyone. @throws ApiError: FORBIDDEN */
  function deleteGroup(id: string): Promise<void> {
    return end(id, 'deleted', () => tab.client().groups.delete(id))
  }

  /** Leaves a group. @throws ApiError: FORBIDDEN for its owner, who hands it over first */
  function leave(id: string): Promise<void> {
    return end(id, 'left', () => tab.client().groups.removeMember(id, session.me?.id ?? ''))
  }

  /** Changes my own settings of a conversation. @throws ApiError */
  async function changeMine(id: string, settings: MySettingsInput): Promise<void> {
    await taken(tab.client().conversations.changeMine(id, settings))
  }

  /** Sets the order of my pinned conversations, which events then bring. @throws ApiError */
  function orderPins(conversationIds: readonly string[]): Promise<void> {
    return tab.client().conversations.orderPins(conversationIds)
  }

  /** Makes another member the owner, and me an admin. @throws ApiError: FORBIDDEN, NOT_FOUND, CONFLICT */
  async function handOver(id: string, userId: string): Promise<void> {
    await taken(tab.client().groups.handOver(id, userId))
  }

  /** Removes it at once, because without a socket the event would come late. */
  function end(id: string, reason: 'left' | 'deleted', request: () => Promise<void>): Promise<void> {
    return removals.byMe(id, async () => {
      await request().catch((thrown) => {
        // An earlier attempt has worked, and its answer was lost.
        if (asApiError(thrown).code !== 'NOT_FOUND') throw thrown
      })
      remove(id, reason)
    })
  }

  return {
    startDirect,
    createGroup,
    changeGroup,
    setAvatar,
    removeAvatar,
    deleteGroup,
    leave,
    changeMine,
    orderPins,
    handOver,
  }
}
