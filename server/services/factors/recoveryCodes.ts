import { randomBytes } from 'node:crypto'
import { hashOfToken } from '../../auth/oneTimeToken'
import { toBase32 } from '../../auth/totp'

const COUNT = 10
/** 80 bits: too many to guess from a hash, and 16 characters to type. */
const BYTES = 10

/** New recovery codes, in groups of four characters, and the hashes that are stored of them. */
export function newRecoveryCodes(): { codes: string[]; hashes: string[] } {
  const plain = Array.from({ length: COUNT }, () => toBase32(randomBytes(BYTES)))
  return { codes: plain.map((code) => code.match(/.{4}/g)!.join('-')), hashes: plain.map(hashOfToken) }
}
