import { partCount, partLength, RIGHT_TO_SEND } from '#shared/domain/files'
import { cleanFileName } from '#shared/domain/text/fileNames'
import { AppError, invalidField } from '#shared/errors'
import { LIMITS } from '#shared/limits'
import type { CreateUploadInput, Upload, UploadPart } from '#shared/schemas/upload'
import { useLimit } from '../../auth/rateLimit'
import { config } from '../../config'
import { presentUpload } from '../../presenters/upload'
import { newId, toRecordId } from '../../repositories/id'
import { insertUpload, usageOf, type UploadRecord } from '../../repositories/uploads'
import { authorizeIn } from '../conversations/rights'
import { withStorageErrors } from './errors'
import { requireOwnUpload } from './own'
import { removeUploads } from './remove'
import { storage } from './store'

/** Seconds after which a person with too many unfinished uploads may try again. */
const PENDING_RETRY_S = 60

/**
 * Begins an upload. The browser sends the parts straight to the store, to the signed addresses in the answer.
 * @throws AppError RATE_LIMITED, also for too many unfinished uploads; NOT_FOUND; FORBIDDEN; TOO_LARGE beyond the
 *   caller's quota; UNAVAILABLE, also when the disk is nearly full
 */
export async function createUpload(userId: string, input: CreateUploadInput): Promise<Upload> {
  await useLimit('upload', userId)
  await requireRight(userId, input)
  await requireSpace(userId, { count: 1, bytes: input.size })
  const _id = newId()
  const key = `uploads/${input.conversationId ?? 'people'}/${_id.toString()}/original`
  const mime = input.mime || 'application/octet-stream'
  const { multipartId } = await withStorageErrors(() => storage.begin(key, mime, input.size))
  const upload = await insertUpload({
    _id,
    ownerId: toRecordId(userId),
    conversationId: input.conversationId ? toRecordId(input.conversationId) : null,
    kind: input.kind,
    key,
    multipartId,
    name: cleanFileName(input.name),
    mime,
    size: input.size,
    status: 'pending',
    width: null,
    height: null,
    durationMs: input.kind === 'voice' ? input.durationMs : null,
    waveform: input.kind === 'voice' ? input.waveform : null,
    thumbnails: null,
    createdAt: new Date(),
  })
  // Uploads that began at the same time may exceed the limits together, so the limits are checked again.
  await requireSpace(userId, { count: 0, bytes: 0 }).catch(async (error: unknown) => {
    await removeUploads([upload])
    throw error
  })
  const numbers = Array.from({ length: partCount(input.size) }, (_, index) => index + 1)
  return presentUpload(upload, await sign(upload, numbers))
}

/**
 * Signs parts of an upload again, so that it can resume after its addresses have expired.
 * @throws AppError NOT_FOUND; INVALID for part numbers that the upload does not have; CONFLICT when it is complete
 */
export async function signParts(userId: string, id: string, numbers: number[]): Promise<Upload> {
  const upload = await requireOwnUpload(userId, id)
  if (upload.status === 'complete') throw new AppError('CONFLICT', { message: 'This upload is complete.' })
  if (numbers.some((number) => number > partCount(upload.size))) {
    throw invalidField('numbers', 'wrong_parts', 'This upload has no such part.')
  }
  return presentUpload(upload, await sign(upload, [...new Set(numbers)]))
}

async function requireRight(userId: string, { kind, conversationId }: CreateUploadInput): Promise<void> {
  if (!conversationId) return
  const right = kind === 'avatar' ? 'editInfo' : RIGHT_TO_SEND[kind]
  await authorizeIn(conversationId, userId, right)
}

/**
 * Checks a person's quota and their unfinished uploads.
 * @param more what is about to be added
 * @throws AppError TOO_LARGE, RATE_LIMITED
 */
export async function requireSpace(userId: string, more: { count: number; bytes: number }): Promise<void> {
  const { bytes, pending } = await usageOf(userId)
  if (bytes + more.bytes > config.uploadQuota) {
    throw new AppError('TOO_LARGE', { message: 'This file does not fit into your storage quota.' })
  }
  if (pending.count + more.count > LIMITS.pendingUploads || pending.bytes + more.bytes > LIMITS.pendingBytes) {
    throw new AppError('RATE_LIMITED', {
      message: 'Too many of your uploads are unfinished.',
      retryAfter: PENDING_RETRY_S,
    })
  }
}

function sign(upload: UploadRecord, numbers: number[]): Promise<UploadPart[]> {
  return Promise.all(numbers.map((number) => storage.signPart(upload, number, partLength(upload.size, number))))
}
