import { hostname } from 'node:os'
import { isIP } from 'node:net'

interface ServedHosts {
  /** Public origin. */
  appUrl: string | undefined
  /** The name or address that the server listens on. */
  host: string | undefined
  allowedHosts: readonly string[]
}

/**
 * Makes the check whether a Host header names this server. A page elsewhere can let its own name lead to any address,
 * one inside an office network for instance, and then counts as being of the same origin (DNS rebinding). A name that
 * is not ours is how it shows. Nobody can do that to an address, to localhost, or to a name of the local network.
 * @param machine the name of this machine
 */
export function createHostCheck({ appUrl, host, allowedHosts }: ServedHosts, machine = hostname()): (header: string) => boolean {
  const names = [machine, machine.split('.')[0]!, 'localhost', ...allowedHosts, ...(host ? [host] : [])]
  const served = new Set(names.map((name) => hostOf(name) ?? name))
  if (appUrl) served.add(new URL(appUrl).hostname)
  return (header) => {
    const name = hostOf(header)?.replace(/\.$/, '')
    return name !== undefined && (served.has(name) || isAddress(name) || name.endsWith('.local'))
  }
}

/** The name of a host without its port, in lower case and ASCII. Undefined: it is none. */
export function hostOf(text: string): string | undefined {
  return /^[^/?#@\\\s]+$/.test(text) && URL.canParse(`http://${text}`) ? new URL(`http://${text}`).hostname : undefined
}

function isAddress(name: string): boolean {
  return isIP(name) === 4 || name.startsWith('[')
}
