/**
 * The form in which email addresses are stored and looked up: lower case, with an internationalized domain in ASCII, as
 * browsers write it in fields for email addresses ("x@münchen.de" is "x@xn--mnchen-3ya.de"). Text that is no address
 * gives no useful result: the schema refuses it.
 */
export function normalizeEmail(text: string): string {
  const address = text.trim().normalize('NFC')
  const at = address.lastIndexOf('@')
  const domain = address.slice(at + 1)
  const isInternational = /[^\0-\x7F]/.test(domain) && /^[\p{L}\p{M}\p{N}.。．｡-]+$/u.test(domain)
  const host = isInternational && URL.canParse(`http://${domain}`) ? new URL(`http://${domain}`).hostname : domain
  return (address.slice(0, at + 1) + host).toLowerCase()
}

/** The form in which a typed login, an email address or a username, is looked up. */
export function normalizeLogin(text: string): string {
  return text.includes('@') ? normalizeEmail(text) : text.trim().toLowerCase()
}
