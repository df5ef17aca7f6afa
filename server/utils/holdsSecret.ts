import { setResponseHeader, type H3Event } from 'h3'

/**
 * Says that the answer holds a secret, such as an invite's link or a signed address. Nothing on its way may keep it or
 * compress it: beside a text that somebody else chose, its compressed length would give the secret away bit by bit.
 */
export function holdsSecret(event: H3Event): void {
  setResponseHeader(event, 'Cache-Control', 'no-store, no-transform')
}
