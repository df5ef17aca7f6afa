import type { Message } from '#shared/schemas/message'
import { newId, toRecordId } from '../../repositories/id'
import { findUpload, insertUpload, type UploadRecord } from '../../repositories/uploads'
import { withStorageErrors } from '../files/errors'
import { logLeftBehind, removeUploads } from '../files/remove'
import { storage } from '../files/store'
import type { Thumbnail } from '../files/worker/protocol'

/**
 * Stores the picture of a preview as a file of its message: who sees the message can read it, and it goes with the message.
 * If the message never gets it, the sweep removes it.
 * @throws AppError UNAVAILABLE
 */
export async function keepPicture(
  {
    id,
    conversationId,
    senderId,
    clientId,
  }: Pick<Message, 'id' | 'conversationId' | 'clientId'> & { senderId: string },
  { thumbnail, width, height }: Thumbnail,
): Promise<UploadRecord> {
  const _id = newId()
  const key = `uploads/${conversationId}/${_id.toString()}/original`
  const mime = 'image/webp'
  // The record comes first: an object without one would stay for ever.
  const upload = await insertUpload({
    _id,
    ownerId: toRecordId(senderId),
    conversationId: toRecordId(conversationId),
    messageId: toRecordId(id),
    clientId,
    kind: 'image',
    key,
    multipartId: 'none',
    name: 'preview.webp',
    mime,
    size: thumbnail.length,
    status: 'complete',
    width,
    height,
    durationMs: null,
    waveform: null,
    thumbnails: null,
    createdAt: new Date(),
  })
  await withStorageErrors(() => storage.write(key, thumbnail, mime))
  return upload
}

/** Removes the picture of a preview that its message no longer has. */
export async function dropPicture(imageId: UploadRecord['_id'] | null | undefined): Promise<void> {
  const picture = imageId && (await findUpload(imageId))
  if (picture) await removeUploads([picture]).catch(logLeftBehind)
}
