import { z } from 'zod'
import { partCount, type UploadKind } from '../domain/files'
import { LIMITS } from '../limits'
import { objectId, queryNumber } from './fields'

const mime = z
  .string()
  .max(127)
  .transform((type) => type.toLowerCase().split(';')[0]!.trim())
  .refine((type) => type === '' || /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/.test(type), 'This is not a media type.')
const name = z.string().min(1, 'A file needs a name.').max(1024)
const size = z.int().min(1, 'This file is empty.')
const upTo = (bytes: number) => size.max(bytes, `At most ${Math.round(bytes / 1024 ** 2)} MiB.`)

/** Milliseconds by which a recording may exceed its limit before the recorder stops it. */
const OVERRUN_MS = 2_000
/** A voice message as its recorder measured it. The server measures it again. */
const recorded = {
  durationMs: z
    .int()
    .min(1, 'A voice message cannot be empty.')
    .max(LIMITS.voiceDuration + OVERRUN_MS, `At most ${LIMITS.voiceDuration / 60_000} minutes.`),
  waveform: z
    .array(z.number().min(0).max(1))
    .length(LIMITS.voicePoints, `A waveform has ${LIMITS.voicePoints} numbers.`),
}

export const createUploadInput = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('file'), conversationId: objectId, name, mime, size: upTo(LIMITS.fileBytes) }),
  z.strictObject({ kind: z.literal('image'), conversationId: objectId, name, mime, size: upTo(LIMITS.imageBytes) }),
  z.strictObject({
    kind: z.literal('voice'),
    conversationId: objectId,
    name,
    mime,
    size: upTo(LIMITS.voiceBytes),
    ...recorded,
  }),
  z.strictObject({
    kind: z.literal('avatar'),
    /** The group that the picture is for. Absent: it is the caller's own picture. */
    conversationId: objectId.nullish(),
    name,
    mime,
    size: upTo(LIMITS.avatarBytes),
  }),
])

const partNumber = z.int().min(1).max(partCount(LIMITS.fileBytes))
export const uploadParams = z.strictObject({ id: objectId })
export const signPartsInput = z.strictObject({ numbers: z.array(partNumber).min(1).max(partCount(LIMITS.fileBytes)) })
export const completeUploadInput = z.strictObject({
  parts: z
    .array(
      z.strictObject({
        number: partNumber,
        etag: z
          .string()
          .min(1)
          .max(100)
          .regex(/^["\w-]+$/),
      }),
    )
    .min(1)
    .max(partCount(LIMITS.fileBytes)),
  /**
   * A video's size in pixels and its first frame in base64, as the sender's browser saw them. Only its area on the
   * screen and what is seen before it plays depend on them.
   */
  frame: z
    .strictObject({
      width: z.int().min(1).max(16_384),
      height: z.int().min(1).max(16_384),
      poster: z.base64().max(LIMITS.posterCharacters).optional(),
    })
    .optional(),
})
export const thumbnailQuery = z.strictObject({ size: z.enum(['small', 'large']).default('small') })

export type CreateUploadInput = z.infer<typeof createUploadInput>
export type CompleteUploadInput = z.infer<typeof completeUploadInput>

export interface UploadPart {
  number: number
  url: string
  method: 'PUT'
  headers: Record<string, string>
}

export interface Upload {
  id: string
  conversationId: string | null
  kind: UploadKind
  name: string
  mime: string
  /** The size in bytes. */
  size: number
  status: 'pending' | 'complete'
  partSize: number
  /** The requested parts, signed. It is empty when the upload is complete. */
  parts: UploadPart[]
  url: string | null
  thumbnailUrl: string | null
  width: number | null
  height: number | null
  durationMs: number | null
  waveform: number[] | null
}

/** `?download`: the file is downloaded even if a browser could show it. */
export const fileQuery = z.strictObject({ download: z.string().optional() })
export const fileParams = z.strictObject({ uploadId: objectId })
export const storedPartParams = z.strictObject({ multipartId: z.uuid(), number: queryNumber(partNumber) })
export const storedPartQuery = z.strictObject({
  size: queryNumber(z.int().min(1).max(LIMITS.partBytes)),
  /** Milliseconds since the epoch. */
  expires: queryNumber(z.int().min(0)),
  signature: z.string().max(64),
})
export type StoredPart = z.infer<typeof storedPartParams> & z.infer<typeof storedPartQuery>
