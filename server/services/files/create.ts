import { cleanFileName, partCount, partLength, RIGHT_TO_SEND } from '#shared/domain/files'
import { may } from '#shared/domain/permissions'
import { AppError, invalidField } from '#shared/errors'
import type { CreateUploadInput, Upload, UploadPart } from '#shared/schemas/upload'
import { Types } from 'mongoose'
import { useLimit } from '../../auth/rateLimit'
import { config } from '../../config'
import { presentUpload } from '../../presenters/upload'
import { bytesOf, insertUpload, type UploadRecord } from '../../repositories/uploads'
import { requireConversation } from '../conversations/membership'
import { demand, standingOf } from '../conversations/rights'
import { reached } from './errors'
import { requireOwnUpload } from './own'
import { removeUploads } from './remove'
import { storage } from './store'

/**
 * Begins an upload: the browser sends the parts straight to the store by the addresses it is given.
 * @throws AppError RATE_LIMITED; NOT_FOUND, FORBIDDEN; TOO_LARGE over the person's quota; UNAVAILABLE
 */
export async function createUpload(userId: string, input: CreateUploadInput): Promise<Upload> {
  await useLimit('upload', userId)
  await demandRight(userId, input)
  if ((await bytesOf(userId)) + input.size > config.uploadQuota) throw overQuota()
  const _id = new Types.ObjectId()
  const key = `uploads/${input.conversationId ?? 'people'}/${_id.toString()}/original`
  const mime = input.mime || 'application/octet-stream'
  const { multipartId } = await reached(() => storage.begin(key, mime))
  const upload = await insertUpload({
    _id,
    ownerId: new Types.ObjectId(userId),
    conversationId: input.conversationId ? new Types.ObjectId(input.conversationId) : null,
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
  if ((await bytesOf(userId)) > config.uploadQuota) {
    // Others were begun at the same time, and together they are too much.
    await removeUploads([upload])
    throw overQuota()
  }
  const numbers = Array.from({ length: partCount(input.size) }, (_, index) => index + 1)
  return presentUpload(upload, await sign(upload, numbers))
}

/**
 * Signs parts of an upload anew, for one that goes on after its addresses have ended.
 * @throws AppError NOT_FOUND, INVALID for parts it does not have, CONFLICT when it is complete
 */
export async function signParts(userId: string, id: string, numbers: number[]): Promise<Upload> {
  const upload = await requireOwnUpload(userId, id)
  if (upload.status === 'complete') throw new AppError('CONFLICT', { message: 'This upload is complete.' })
  if (numbers.some((number) => number > partCount(upload.size))) {
    throw invalidField('numbers', 'wrong_parts', 'This upload has no such part.')
  }
  return presentUpload(upload, await sign(upload, [...new Set(numbers)]))
}

async function demandRight(userId: string, { kind, conversationId }: CreateUploadInput): Promise<void> {
  if (!conversationId) return
  const { conversation, membership } = await requireConversation(conversationId, userId)
  const right = kind === 'avatar' ? 'editInfo' : RIGHT_TO_SEND[kind]
  demand(may(conversation, standingOf(membership), right, Date.now()))
}

function overQuota(): AppError {
  return new AppError('TOO_LARGE', { message: 'There is no room left for this file: your quota is used up.' })
}

function sign(upload: UploadRecord, numbers: number[]): Promise<UploadPart[]> {
  return Promise.all(numbers.map((number) => storage.signPart(upload, number, partLength(upload.size, number))))
}
