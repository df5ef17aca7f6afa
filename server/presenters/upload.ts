import { LIMITS } from '#shared/limits'
import type { Attachment } from '#shared/schemas/message'
import type { Upload, UploadPart } from '#shared/schemas/upload'
import type { AttachmentRecord } from '../models/message'
import type { UploadRecord } from '../models/upload'

/** An upload, for the person who makes it. @param parts signed parts to send */
export function presentUpload(upload: UploadRecord, parts: UploadPart[] = []): Upload {
  const isComplete = upload.status === 'complete'
  const url = `/api/files/${upload._id.toString()}`
  return {
    id: upload._id.toString(),
    conversationId: upload.conversationId?.toString() ?? null,
    kind: upload.kind,
    name: upload.name,
    mime: upload.mime,
    size: upload.size,
    status: isComplete ? 'complete' : 'pending',
    partSize: LIMITS.partBytes,
    parts,
    url: isComplete ? url : null,
    thumbnailUrl: isComplete && upload.thumbnails ? `${url}/thumbnail` : null,
    width: upload.width,
    height: upload.height,
    durationMs: upload.durationMs,
    waveform: upload.waveform,
  }
}

/** A file of a message, in the form that everyone who may see the message gets. */
export function presentAttachment(attachment: AttachmentRecord): Attachment {
  const url = `/api/files/${attachment.id.toString()}`
  return {
    id: attachment.id.toString(),
    kind: attachment.kind,
    name: attachment.name,
    mime: attachment.mime,
    size: attachment.size,
    url,
    thumbnailUrl: attachment.hasThumbnail ? `${url}/thumbnail` : null,
    width: attachment.width,
    height: attachment.height,
    durationMs: attachment.durationMs ?? null,
    waveform: attachment.waveform ?? null,
  }
}
