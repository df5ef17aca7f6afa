import { BlockList, isIP } from 'node:net'

/**
 * The proxies whose `X-Forwarded-*` headers are trusted: a number of proxies in front of this process, or proxies whose
 * addresses are listed. With zero hops nobody is trusted.
 */
export type TrustedProxies = { hops: number } | { networks: BlockList }

/**
 * Reads the setting TRUSTED_PROXIES: a number of hops, or addresses and networks, comma separated.
 * @returns null when it is neither
 */
export function parseTrustedProxies(text: string): TrustedProxies | null {
  const entries = text.split(',').map((entry) => entry.trim())
  if (entries.length === 1 && /^\d{1,2}$/.test(entries[0]!)) return { hops: Number(entries[0]) }
  const networks = new BlockList()
  for (const entry of entries) {
    const [address, bits, ...rest] = entry.split('/')
    const family = isIP(address!)
    const maxBits = family === 4 ? 32 : 128
    if (!family || rest.length > 0 || (bits !== undefined && !(/^\d{1,3}$/.test(bits) && Number(bits) <= maxBits)))
      return null
    networks.addSubnet(address!, Number(bits ?? maxBits), family === 4 ? 'ipv4' : 'ipv6')
  }
  return { networks }
}

/** Whether the proxy at this address is one of ours. */
export function isTrustedProxy(address: string, trusted: TrustedProxies): boolean {
  if ('hops' in trusted) return trusted.hops > 0
  const family = isIP(address)
  return family > 0 && trusted.networks.check(address, family === 4 ? 'ipv4' : 'ipv6')
}

/**
 * The address of the client that made a request. Every proxy appends the address of its peer to `X-Forwarded-For`.
 * Whatever comes before the entries of our own proxies, the client may have written itself.
 * @param peer the address at the other end of the connection; undefined for a Unix socket
 * @param forwardedFor the header as it was received
 * @returns an address in its shortest form, or 'unknown'
 */
export function clientAddress(
  peer: string | undefined,
  forwardedFor: string | undefined,
  trusted: TrustedProxies,
): string {
  let address = normalizeAddress(peer ?? '') ?? 'unknown'
  const entries = (forwardedFor ?? '').split(',')
  let hops = 'hops' in trusted ? trusted.hops : Infinity
  while (hops-- > 0 && entries.length > 0 && isTrustedProxy(address, trusted)) {
    const before = normalizeAddress(entries.pop()!)
    if (before === null) break
    address = before
  }
  return address
}

/**
 * The key for limits by address: the address, or the /64 network of an IPv6 address, because one customer has all of
 * it.
 * @param address as `clientAddress` gives it
 */
export function addressKey(address: string): string {
  if (isIP(address) !== 6) return address
  const [start, end] = address.split('::')
  const groups = start ? start.split(':') : []
  if (end !== undefined) {
    const after = end ? end.split(':') : []
    groups.push(...Array.from({ length: 8 - groups.length - after.length }, () => '0'), ...after)
  }
  return `${groups.slice(0, 4).join(':')}::/64`
}

/**
 * An address in its shortest form, without brackets, port and zone. IPv4-mapped IPv6 becomes IPv4. Null: no address.
 */
function normalizeAddress(text: string): string | null {
  const bare = text
    .trim()
    .replace(/^\[(.*)\](?::\d+)?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d+$/, '$1')
    .replace(/%.*$/, '')
  if (isIP(bare) !== 6) return isIP(bare) === 4 ? bare : null
  const short = new URL(`http://[${bare}]`).hostname.slice(1, -1)
  const mapped = /^::ffff:([\da-f]{1,4}):([\da-f]{1,4})$/.exec(short)
  if (!mapped) return short
  const bits = Number.parseInt(mapped[1]!, 16) * 65_536 + Number.parseInt(mapped[2]!, 16)
  return [24, 16, 8, 0].map((shift) => Math.floor(bits / 2 ** shift) % 256).join('.')
}
