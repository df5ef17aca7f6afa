import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
  UploadPartCommand,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import type { Readable } from 'node:stream'
import { patchObject } from './s3Patch'
import { BadParts, NoSuchObject, StorageUnavailable, type Storage } from './types'

/** Seconds for which a part may be sent: a slow line needs a while for three of 8 MiB. */
const PART_TTL_S = 3600
/** Seconds for which an address to read is good. */
const READ_TTL_S = 300
/** Milliseconds: a store that takes no connection, and one that falls silent, count as out of reach. */
const TIMEOUTS = { connectionTimeout: 3_000, socketTimeout: 30_000 }

export interface S3Settings {
  bucket: string
  region: string
  /** undefined: AWS itself. */
  endpoint: string | undefined
  forcePathStyle: boolean
  /** Origin that passes reads on to the bucket, under the bucket's own name; undefined: none. */
  readUrl?: string | undefined
}

/** The store in an S3 bucket. Credentials come from where the AWS SDK looks for them. */
export function createS3Storage({ bucket: Bucket, region, endpoint, forcePathStyle, readUrl }: S3Settings): Storage {
  const client = new S3Client({
    region,
    endpoint,
    forcePathStyle,
    maxAttempts: 3,
    requestHandler: TIMEOUTS,
    // Other S3-compatible stores do not know the newer checksums; ETags and signed lengths do the work here.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })

  return {
    begin: (Key, ContentType) =>
      asked(async () => {
        const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ContentType }))
        return { key: Key, multipartId: UploadId! }
      }),

    async signPart({ key: Key, multipartId: UploadId }, PartNumber, ContentLength) {
      const command = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, ContentLength })
      // With its length among the signed headers the store refuses any other.
      const signableHeaders = new Set(['content-length', 'host'])
      const url = await getSignedUrl(client, command, { expiresIn: PART_TTL_S, signableHeaders })
      return { number: PartNumber, url, method: 'PUT', headers: {} }
    },

    complete: ({ key: Key, multipartId: UploadId }, parts) =>
      asked(async () => {
        const Parts = parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag }))
        await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }))
      }),

    abort: ({ key: Key, multipartId: UploadId }) =>
      asked(async () => {
        await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
      }).catch(ignoreMissing),

    inspect: (Key) =>
      asked(async () => {
        const { ContentLength, ETag } = await client.send(new HeadObjectCommand({ Bucket, Key }))
        return { size: ContentLength ?? 0, etag: ETag ?? '' }
      }).catch(ignoreMissing),

    read: (Key, range) =>
      asked(async () => {
        const Range = range && `bytes=${range.start}-${range.end}`
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, Range }))
        return Body as Readable
      }),

    write: (Key, Body, ContentType) =>
      asked(async () => {
        await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType }))
      }),

    patch: (key, patches) => asked(() => patchObject(client, Bucket, key, patches)),

    remove: (keys) =>
      asked(async () => {
        // One by one: deleting many at once needs a checksum that not every store has.
        await Promise.all(keys.map((Key) => client.send(new DeleteObjectCommand({ Bucket, Key }))))
      }),

    async signRead(Key, { mime, disposition, cacheControl }) {
      const command = new GetObjectCommand({
        Bucket,
        Key,
        ResponseContentType: mime,
        ResponseContentDisposition: disposition,
        ResponseCacheControl: cacheControl,
      })
      const address = new URL(await getSignedUrl(client, command, { expiresIn: READ_TTL_S }))
      return readUrl ? readUrl + address.pathname + address.search : address.href
    },

    ping: () =>
      asked(async () => {
        // An object that is not there is an answer too. That it is not there, and not forbidden (403), is told only to
        // who may list the bucket: so 403 means that a right is missing, or that credentials are wrong.
        await client.send(new HeadObjectCommand({ Bucket, Key: 'uploads/ping' }))
      }).catch((error: unknown) => void ignoreMissing(error)),
  }
}

const WRONG_PARTS = new Set(['InvalidPart', 'InvalidPartOrder', 'NoSuchUpload', 'EntityTooSmall', 'MalformedXML', 'InvalidRequest'])

/** Asks the store, and says in our words what was wrong. */
async function asked<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof S3ServiceException) {
      if (WRONG_PARTS.has(error.name)) throw new BadParts(error.name, { cause: error })
      if (error.name === 'NoSuchKey' || error.name === 'NotFound') throw new NoSuchObject(error.name, { cause: error })
      const status = error.$metadata.httpStatusCode ?? 500
      if (status < 500 && status !== 403 && error.name !== 'SlowDown') throw error
    }
    throw new StorageUnavailable('The file store does not answer, or refuses us.', { cause: error })
  }
}

function ignoreMissing(error: unknown): null & undefined {
  if (error instanceof BadParts || error instanceof NoSuchObject) return null as null & undefined
  throw error
}
