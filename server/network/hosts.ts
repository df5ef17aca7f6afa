import { hostname } from 'node:os'
import { isIP } from 'node:net'

interface ServedHosts {
  /** The public origin. */
  appUrl: string | undefined
  /** The name or address that the server listens on. */
  host: string | undefined
  allowedHosts: readonly string[]
}

/**
 * Creates the check whether a Host header names this server. A foreign page can make its own name resolve to any
 * address, for example inside an office network, and then counts as same-origin (DNS rebinding). The Host header shows
 * that, because it has a name that is not ours. Nobody can do that to an address, to localhost, or to a local name.
 * @param machine the name of this machine
 * @returns a function that takes a Host header and says whether it names this server
 */
export function createHostCheck(
  { appUrl, host, allowedHosts }: ServedHosts,
  machine = hostname(),
): (header: string) => boolean {
  const names = [machine, machine.split('.')[0]!, 'localhost', ...allowedHosts, ...(host ? [host] : [])]
  const served = new Set(names.map((name) => hostOf(name) ?? name))
  if (appUrl) served.add(new URL(appUrl).hostname)
  return (header) => {
    const name = hostOf(header)?.replace(/\.$/, '')
    return name !== undefined && (served.has(name) || isAddress(name) || name.endsWith('.local'))
  }
}

/** The host name in a Host header, without its port, in lower case and ASCII. Undefined: it is not valid. */
export function hostOf(text: string): string | undefined {
  return /^[^/?#@\\\s]+$/.test(text) && URL.canParse(`http://${text}`) ? new URL(`http://${text}`).hostname : undefined
}

function isAddress(name: string): boolean {
  return isIP(name) === 4 || name.startsWith('[')
}
