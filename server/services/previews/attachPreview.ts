import { previewLink } from '#shared/domain/text/previewLink'
import { AppError } from '#shared/errors'
import type { Message } from '#shared/schemas/message'
import { useLimit } from '../../auth/rateLimit'
import { config } from '../../config'
import { logger } from '../../observability/logger'
import { assignUploads, type UploadRecord } from '../../repositories/uploads'
import { findUser } from '../../repositories/users'
import { requireActiveMember } from '../conversations/membership'
import { next } from '../conversations/inOrder'
import { logLeftBehind, removeUploads } from '../files/remove'
import { loadForChange } from '../messages/loadForChange'
import { tryUpdate } from '../messages/update'
import { previewOf, type PagePreview } from './makePreview'
import { keepPicture } from './picture'

/** The message that a preview is for, as it was sent or edited. */
type Linking = Pick<Message, 'id' | 'conversationId' | 'clientId' | 'text'> & { senderId: string }

/**
 * Begins to make the preview of a message's link. Nobody waits for it: the message gets it by an update. A preview that is cut
 * off by the end of the process is never made.
 */
export function requestPreview(message: Linking): void {
  const link = config.linkPreviews ? previewLink(message.text) : null
  if (!link) return
  void attachPreview(message, link).catch((error: unknown) => {
    // The message or its author is gone, or there are too many previews.
    if (!(error instanceof AppError)) logger.warn({ err: error, messageId: message.id }, 'a preview was not made')
  })
}

async function attachPreview(message: Linking, link: string): Promise<void> {
  const { conversationId, senderId } = message
  if (!(await isWanted(message))) return
  await useLimit('linkPreview', senderId)
  const preview = await previewOf(link, senderId)
  if (!preview) {
    logger.debug({ messageId: message.id }, 'a link has no preview')
    return
  }
  const picture = preview.picture ? await keepPicture(message, preview.picture) : null
  let isAttached = false
  try {
    isAttached = await next(conversationId, () => attach(message, link, preview, picture))
  } finally {
    if (picture && !isAttached) await removeUploads([picture]).catch(logLeftBehind)
  }
}

/** Whether the conversation and the author want previews. */
async function isWanted({ conversationId, senderId }: Linking): Promise<boolean> {
  const { conversation } = await requireActiveMember(conversationId, senderId)
  if (conversation.settings.linkPreviews === false) return false
  return (await findUser(senderId))?.linkPreviews !== false
}

/** Gives a message its preview, if it still has the link and no preview. @returns whether it got it */
async function attach(
  { conversationId, senderId, id }: Linking,
  url: string,
  { title, description, site }: PagePreview,
  picture: UploadRecord | null,
): Promise<boolean> {
  const { conversation, message } = await loadForChange(senderId, conversationId, id)
  if (previewLink(message.text) !== url) return false
  const changed = await tryUpdate(conversation, message, {
    where: { text: message.text, preview: null },
    set: { preview: { url, title, description, site, imageId: picture?._id ?? null } },
  })
  if (changed && picture) await assignUploads(message._id, [picture._id], { id: message._id, seq: message.seq })
  return changed !== null
}
