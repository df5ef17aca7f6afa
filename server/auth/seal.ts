import { createCipheriv, createDecipheriv, hkdfSync, randomBytes, type KeyObject } from 'node:crypto'
import { signingKeys } from './secrets'

const ALGORITHM = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

/** Encrypts a text so that only this server can read it. @returns base64url, which fits into a cookie */
export function seal(text: string): string {
  const iv = randomBytes(IV_BYTES)
  const cipher = createCipheriv(ALGORITHM, sealingKey(signingKeys()[0]!), iv)
  return Buffer.concat([iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]).toString('base64url')
}

/** Decrypts what `seal` made. Null: we did not seal it, or it was changed. */
export function unseal(sealed: string): string | null {
  const bytes = Buffer.from(sealed, 'base64url')
  if (bytes.length < IV_BYTES + TAG_BYTES) return null
  for (const key of signingKeys()) {
    const decipher = createDecipheriv(ALGORITHM, sealingKey(key), bytes.subarray(0, IV_BYTES))
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES))
    try {
      return decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES), undefined, 'utf8') + decipher.final('utf8')
    } catch {
      // It was sealed with another key, or by someone else.
    }
  }
  return null
}

/** Derives the encryption key from a token key, so that one secret serves both and neither key is used twice. */
function sealingKey(key: KeyObject): Buffer {
  return Buffer.from(hkdfSync('sha256', key, '', 'webchat seal', 32))
}
