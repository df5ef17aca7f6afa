import ipaddr from 'ipaddr.js'

/** What a request to the web may reach besides public addresses, and what it may not reach although it is public. */
export interface RequestBounds {
  /** `host:port` of pages that are fetched wherever they are: the operator has named them. */
  trusted: readonly string[]
  /** Names and addresses of this server itself. */
  own: readonly string[]
}

/** The IPv6 addresses that are given out on the internet. Some of its networks are not, and ipaddr.js knows them. */
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3')
/** Public addresses at which a cloud answers its own machines, in Azure. */
const SERVICES_OF_CLOUDS = new Set(['168.63.129.16'])

/**
 * Whether an address is one of the public internet: of no local, private, shared or reserved network, no multicast, and no
 * IPv6 address that leads to an IPv4 one through a translator. An IPv4 address within IPv6 (`::ffff:…`) counts as itself.
 * @param address in any form that ipaddr.js reads; anything else is not public
 */
export function isPublicAddress(address: string): boolean {
  if (address.includes('%') || !ipaddr.isValid(address)) return false
  const parsed = ipaddr.process(address)
  if (parsed.range() !== 'unicast') return false
  return parsed.kind() === 'ipv6' ? parsed.match(GLOBAL_UNICAST) : !SERVICES_OF_CLOUDS.has(parsed.toString())
}

/**
 * Whether the server may request an address, as far as the address itself tells: http or https at its usual port, without a
 * name and password, and to no private or own host. What a name stands for is checked when the connection is made.
 */
export function canRequest(address: URL, { trusted, own }: RequestBounds): boolean {
  if (address.protocol !== 'http:' && address.protocol !== 'https:') return false
  if (address.username !== '' || address.password !== '') return false
  if (isTrusted(address, trusted)) return true
  if (address.port !== '') return false
  const host = hostOf(address)
  if (own.includes(host)) return false
  return ipaddr.isValid(host) ? isPublicAddress(host) : true
}

/** Whether the operator has named an address, by host and port. */
export function isTrusted({ protocol, hostname, port }: URL, trusted: readonly string[]): boolean {
  return trusted.includes(`${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`)
}

/** The host of an address: without the brackets of IPv6, and without the dot that may end a name. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$|\.$/g, '')
}
