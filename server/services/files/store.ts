import { createHmac, timingSafeEqual } from 'node:crypto'
import { signingKeys } from '../../auth/secrets'
import { config } from '../../config'
import { createDiskStorage, type DiskStorage } from '../../storage/disk'
import { createS3Storage } from '../../storage/s3'
import type { Storage } from '../../storage/types'

/** Milliseconds for which a part's address is good. */
const PART_TTL_MS = 3_600_000

/** The store in the folder, where there is no bucket: it needs routes of ours to take parts and give files. */
export const diskStorage: DiskStorage | null = config.s3 ? null : createDiskStorage(config.filesDir, signPartUrl, config.diskReserve)

/** Where the bytes of files are. */
export const storage: Storage = diskStorage ?? createS3Storage(config.s3!)

interface PartAddress {
  multipartId: string
  number: number
  size: number
  /** Milliseconds of the clock. */
  expires: number
}

function signPartUrl({ multipartId }: { multipartId: string }, number: number, size: number): string {
  const expires = Date.now() + PART_TTL_MS
  const signature = sign({ multipartId, number, size, expires }, 0)
  const query = new URLSearchParams({ size: String(size), expires: String(expires), signature })
  return `/api/storage/${multipartId}/${number}?${query}`
}

/** Whether an address is one that we signed and still good: the folder's counterpart to a presigned request. */
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
