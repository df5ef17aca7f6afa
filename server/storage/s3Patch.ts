import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
  UploadPartCopyCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { buffer } from 'node:stream/consumers'
import type { Readable } from 'node:stream'
import type { Patch } from './types'

/** The size of a block that is fetched, changed and sent back. It is above the smallest part that S3 accepts. */
const BLOCK_BYTES = 8 * 1024 ** 2

/** A range of the object, without the byte at `end`, that is sent again or copied by the store itself. */
interface Piece {
  start: number
  end: number
  isPatched: boolean
}

/**
 * Overwrites bytes of an object. S3 cannot change an object, so it is assembled again: from blocks that are fetched and
 * changed, and from the ranges between them, which the store copies itself. At most one block is in memory.
 */
export async function patchObject(
  client: S3Client,
  Bucket: string,
  Key: string,
  patches: readonly Patch[],
): Promise<void> {
  if (patches.length === 0) return
  const object = { Bucket, Key }
  const { ContentLength: size = 0, ContentType, ETag } = await client.send(new HeadObjectCommand(object))
  const patched = async ({ start, end }: Piece) => {
    const { Body } = await client.send(
      new GetObjectCommand({ ...object, Range: `bytes=${start}-${end - 1}`, IfMatch: ETag }),
    )
    return applyPatches(await buffer(Body as Readable), start, patches)
  }
  const pieces = piecesOf(size, patches)
  if (pieces.length === 1) {
    await client.send(new PutObjectCommand({ ...object, ContentType, Body: await patched(pieces[0]!) }))
    return
  }
  const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...object, ContentType }))
  try {
    const Parts: { PartNumber: number; ETag: string | undefined }[] = []
    for (const [index, piece] of pieces.entries()) {
      const part = { ...object, UploadId, PartNumber: index + 1 }
      const CopySourceRange = `bytes=${piece.start}-${piece.end - 1}`
      const etag = piece.isPatched
        ? (await client.send(new UploadPartCommand({ ...part, Body: await patched(piece) }))).ETag
        : (await client.send(new UploadPartCopyCommand({ ...part, CopySource: `${Bucket}/${Key}`, CopySourceRange })))
            .CopyPartResult?.ETag
      Parts.push({ PartNumber: part.PartNumber, ETag: etag })
    }
    await client.send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload: { Parts } }))
  } catch (error) {
    await client.send(new AbortMultipartUploadCommand({ ...object, UploadId })).catch(() => {})
    throw error
  }
}

/** Splits an object into pieces: each block with a patch alone, and everything between two of them as one piece. */
function piecesOf(size: number, patches: readonly Patch[]): Piece[] {
  const pieces: Piece[] = []
  for (let start = 0; start < size; start += BLOCK_BYTES) {
    const end = Math.min(start + BLOCK_BYTES, size)
    const isPatched = patches.some((patch) => patch.start < end && patch.end > start)
    const last = pieces.at(-1)
    if (last && !isPatched && !last.isPatched) last.end = end
    else pieces.push({ start, end, isPatched })
  }
  return pieces
}

/** Applies to a block the patches that fall into it. @param offset the position of the block in the object */
function applyPatches(block: Buffer, offset: number, patches: readonly Patch[]): Buffer {
  for (const { start, end, head } of patches) {
    for (let at = Math.max(start, offset); at < Math.min(end, offset + block.length); at++) {
      block[at - offset] = head[at - start] ?? 0
    }
  }
  return block
}
