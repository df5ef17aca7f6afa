/**
 * The one form in which an email address is stored and looked for: lower case, and a domain of other letters in ASCII,
 * as browsers write it in a field for addresses ("x@münchen.de" is "x@xn--mnchen-3ya.de").
 * What is no address comes out as nothing in particular: the schema refuses it.
 */
export function normalizeEmail(text: string): string {
  const address = text.trim().normalize('NFC')
  const at = address.lastIndexOf('@')
  const domain = address.slice(at + 1)
  const isForeign = /[^\0-\x7F]/.test(domain) && /^[\p{L}\p{M}\p{N}.。．｡-]+$/u.test(domain)
  const host = isForeign && URL.canParse(`http://${domain}`) ? new URL(`http://${domain}`).hostname : domain
  return (address.slice(0, at + 1) + host).toLowerCase()
}

/** What was typed to sign in, as it is looked for: an email address or a username. */
export function normalizeLogin(text: string): string {
  return text.includes('@') ? normalizeEmail(text) : text.trim().toLowerCase()
}
