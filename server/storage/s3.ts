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

/** Seconds for which the address of a part is valid. A slow connection needs a while for three parts of 8 MiB. */
const PART_TTL_S = 3600
/** Seconds for which an address for reading is valid. */
const READ_TTL_S = 300
/** Milliseconds after which a store counts as unreachable: while it is connecting, and while it is silent. */
const TIMEOUTS = { connectionTimeout: 3_000, socketTimeout: 30_000 }

export interface S3Settings {
  bucket: string
  region: string
  /** Undefined: AWS itself. */
  endpoint: string | undefined
  forcePathStyle: boolean
  /** The origin of a proxy that forwards reads to the bucket, under the bucket's own host name. Undefined: none. */
  readUrl?: string | undefined
}

/** Creates the store that keeps objects in an S3 bucket. Credentials come from the AWS SDK's default chain. */
export function createS3Storage({ bucket: Bucket, region, endpoint, forcePathStyle, readUrl }: S3Settings): Storage {
  const client = new S3Client({
    region,
    endpoint,
    forcePathStyle,
    maxAttempts: 3,
    requestHandler: TIMEOUTS,
    // Some S3-compatible stores do not support the newer checksums. ETags and signed lengths serve the purpose here.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })

  return {
    begin: (Key, ContentType) =>
      withS3Errors(async () => {
        const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket, Key, ContentType }))
        return { key: Key, multipartId: UploadId! }
      }),

    async signPart({ key: Key, multipartId: UploadId }, PartNumber, ContentLength) {
      const command = new UploadPartCommand({ Bucket, Key, UploadId, PartNumber, ContentLength })
      // The length is a signed header, so the store refuses any other length.
      const signableHeaders = new Set(['content-length', 'host'])
      const url = await getSignedUrl(client, command, { expiresIn: PART_TTL_S, signableHeaders })
      return { number: PartNumber, url, method: 'PUT', headers: {} }
    },

    complete: ({ key: Key, multipartId: UploadId }, parts) =>
      withS3Errors(async () => {
        const Parts = parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag }))
        await client.send(new CompleteMultipartUploadCommand({ Bucket, Key, UploadId, MultipartUpload: { Parts } }))
      }),

    abort: ({ key: Key, multipartId: UploadId }) =>
      withS3Errors(async () => {
        await client.send(new AbortMultipartUploadCommand({ Bucket, Key, UploadId }))
      }).catch(ignoreMissing),

    inspect: (Key) =>
      withS3Errors(async () => {
        const { ContentLength, ETag } = await client.send(new HeadObjectCommand({ Bucket, Key }))
        return { size: ContentLength ?? 0, etag: ETag ?? '' }
      }).catch(ignoreMissing),

    read: (Key, range) =>
      withS3Errors(async () => {
        const Range = range && `bytes=${range.start}-${range.end}`
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, Range }))
        return Body as Readable
      }),

    write: (Key, Body, ContentType) =>
      withS3Errors(async () => {
        await client.send(new PutObjectCommand({ Bucket, Key, Body, ContentType }))
      }),

    patch: (key, patches) => withS3Errors(() => patchObject(client, Bucket, key, patches)),

    remove: (keys) =>
      withS3Errors(async () => {
        // Objects are deleted one by one: deleting many in one request needs a checksum that not every store supports.
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
      withS3Errors(async () => {
        // A 404 is an answer too. S3 only answers 404 rather than 403 to callers that may list the bucket, so 403 means
        // that a permission is missing or that the credentials are wrong.
        await client.send(new HeadObjectCommand({ Bucket, Key: 'uploads/ping' }))
      }).catch((error: unknown) => void ignoreMissing(error)),
  }
}

const WRONG_PARTS = new Set([
  'InvalidPart',
  'InvalidPartOrder',
  'NoSuchUpload',
  'EntityTooSmall',
  'MalformedXML',
  'InvalidRequest',
])

/** Runs a request to the store and translates its errors. @throws BadParts, NoSuchObject, StorageUnavailable */
async function withS3Errors<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (error instanceof S3ServiceException) {
      if (WRONG_PARTS.has(error.name)) throw new BadParts(error.name, { cause: error })
      if (error.name === 'NoSuchKey' || error.name === 'NotFound') throw new NoSuchObject(error.name, { cause: error })
      const status = error.$metadata.httpStatusCode ?? 500
      if (status < 500 && status !== 403 && error.name !== 'SlowDown') throw error
    }
    throw new StorageUnavailable('The file store does not answer, or refuses access.', { cause: error })
  }
}

function ignoreMissing(error: unknown): null & undefined {
  if (error instanceof BadParts || error instanceof NoSuchObject) return null as null & undefined
  throw error
}
