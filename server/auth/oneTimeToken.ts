import { createHash, randomBytes } from 'node:crypto'

const TOKEN_BYTES = 32

/** A new token for a link that works once. Only its hash is stored, so a leaked database opens nothing. */
export function newToken(): { token: string; hash: string } {
  const token = randomBytes(TOKEN_BYTES).toString('base64url')
  return { token, hash: hashOfToken(token) }
}

/** The hash under which a token is stored. A token is random, so a fast hash is enough. */
export function hashOfToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
