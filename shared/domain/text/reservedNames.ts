/** Usernames that would speak for the service, for everybody, or for nobody. */
const RESERVED = (
  'admin admins administrator administrators root sysadmin superuser owner moderator moderators mod mods staff team ' +
  'support help helpdesk security abuse postmaster webmaster hostmaster noreply no-reply info contact service system bot ' +
  'official webchat chat everyone everybody here all channel group me you self anonymous guest deleted unknown ' +
  'null undefined nobody api login logout register settings'
).split(' ')

/** Shorter words differ from names by such a letter: ali is not all. */
const LONG = 5

/** A username as it looks in passing: signs between letters and letters that are digits or pairs are seen through. */
function lookOf(username: string): string {
  const plain = username.toLowerCase().replace(/[._-]/g, '').replaceAll('0', 'o').replaceAll('1', 'l').replaceAll('rn', 'm').replaceAll('vv', 'w')
  return plain.length < LONG ? plain : plain.replaceAll('i', 'l')
}

const LOOKS = new Set(RESERVED.map(lookOf))

/** Whether a username is nobody's to take, or looks like one that is. */
export function isReservedUsername(username: string): boolean {
  return LOOKS.has(lookOf(username))
}
