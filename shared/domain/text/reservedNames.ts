/** Usernames that seem to speak for the service, for everyone or for nobody. */
const RESERVED = (
  'admin admins administrator administrators root sysadmin superuser owner moderator moderators mod mods staff team ' +
  'support help helpdesk security abuse postmaster webmaster hostmaster noreply no-reply info contact service system bot ' +
  'official webchat chat everyone everybody here all channel group me you self anonymous guest deleted unknown ' +
  'null undefined nobody api login logout register settings'
).split(' ')

/** The least length at which i and l count as the same: in shorter words, names differ by them (ali is not all). */
const MIN_FOLDED_LENGTH = 5

/**
 * What a username looks like at a glance: without punctuation, and with digits and pairs as the letters they resemble.
 */
function lookOf(username: string): string {
  const plain = username
    .toLowerCase()
    .replace(/[._-]/g, '')
    .replaceAll('0', 'o')
    .replaceAll('1', 'l')
    .replaceAll('rn', 'm')
    .replaceAll('vv', 'w')
  return plain.length < MIN_FOLDED_LENGTH ? plain : plain.replaceAll('i', 'l')
}

const LOOKS = new Set(RESERVED.map(lookOf))

/** Whether a username is reserved, or looks like a reserved one. */
export function isReservedUsername(username: string): boolean {
  return LOOKS.has(lookOf(username))
}
