import { setResponseHeader, type H3Event } from 'h3'

/**
 * Marks an answer that contains a secret, such as an invite link or a signed address. Nothing on its way may store or
 * compress it: next to text that someone else chose, its compressed length would leak the secret bit by bit (BREACH).
 */
export function holdsSecret(event: H3Event): void {
  setResponseHeader(event, 'Cache-Control', 'no-store, no-transform')
}
