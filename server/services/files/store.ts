import { createHmac, timingSafeEqual } from 'node:crypto'
import { signingKeys } from '../../auth/secrets'
import { config } from '../../config'
import { createDiskStorage, type DiskStorage } from '../../storage/disk'
import { createS3Storage } from '../../storage/s3'
import type { Storage } from '../../storage/types'

/** Milliseconds for which a part's address is valid. */
const PART_TTL_MS = 3_600_000

/** The store in a folder, used without a bucket. Our own routes receive its parts and send its files. */
export const diskStorage: DiskStorage | null = config.s3
  ? null
  : createDiskStorage(config.filesDir, signPartUrl, config.diskReserve)

/** The store that holds the bytes of files: a bucket, or the folder. */
export const storage: Storage = diskStorage ?? createS3Storage(config.s3!)

interface PartAddress {
  multipartId: string
  number: number
  size: number
  /** Milliseconds since the epoch. */
  expires: number
}

function signPartUrl({ multipartId }: { multipartId: string }, number: number, size: number): string {
  const expires = Date.now() + PART_TTL_MS
  const signature = sign({ multipartId, number, size, expires }, 0)
  const query = new URLSearchParams({ size: String(size), expires: String(expires), signature })
  return `/api/storage/${multipartId}/${number}?${query}`
}

/** Whether we signed an address and it has not expired. This is the folder's counterpart to S3's presigned requests. */
export function isSignedPart(address: PartAddress, signature: string): boolean {
  if (address.expires < Date.now()) return false
  const given = Buffer.from(signature)
  return signingKeys().some((_, key) => {
    const expected = Buffer.from(sign(address, key))
    return given.length === expected.length && timingSafeEqual(given, expected)
  })
}

function sign({ multipartId, number, size, expires }: PartAddress, key: number): string {
  const text = ['part', multipartId, number, size, expires].join(' ')
  return createHmac('sha256', signingKeys()[key]!).update(text).digest('base64url')
}
