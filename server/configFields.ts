import { z } from 'zod'
import { normalizeEmail } from '#shared/domain/email'
import type { Registration } from '#shared/domain/registration'
import { email } from '#shared/schemas/account'
import { hostOf } from './network/hosts'
import { parseTrustedProxies, type TrustedProxies } from './network/proxies'

// The kinds of values that settings have.

/** The origin of an http or https address. */
export const origin = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address' })
  .transform((address) => new URL(address).origin)

/** A name in metrics: what CloudWatch accepts in a dimension, without spaces. */
export const label = z.string().regex(/^[\w.-]{1,64}$/, 'must be a word of letters, digits, "-", "_" and "."')

/** Whose word on where a request came from is trusted. */
export const trustedProxies = z.string().transform((text, context): TrustedProxies => {
  const proxies = parseTrustedProxies(text)
  if (proxies) return proxies
  context.addIssue('must be a number of proxies, or their addresses and networks, comma separated')
  return z.NEVER
})

/** Host names, comma separated. Ports are dropped. */
export const hostNames = z
  .string()
  .transform((text) => text.split(',').map((name) => hostOf(name.trim())))
  .pipe(z.array(z.string('must be names of hosts, comma separated')))

/** Hosts with their ports, comma separated, in the form `host:port`. */
export const hostsWithPorts = z.string().transform((text, context): string[] => {
  const hosts = text.split(',').map((entry) => {
    const [, host, port] = /^(.+):(\d{1,5})$/.exec(entry.trim()) ?? []
    const name = host && hostOf(host)
    return name && Number(port) <= 65_535 ? `${name}:${Number(port)}` : null
  })
  if (hosts.every((host) => host !== null)) return hosts
  context.addIssue('must be hosts with their ports, comma separated')
  return z.NEVER
})

/** The address of an account, in the form that accounts store. */
export const emailAddress = z
  .string()
  .refine((text) => email.safeParse(text).success, 'must be an email address')
  .transform(normalizeEmail)

/** Who may make an account: `open`, `invite`, `approval`, `closed`, or `domain:` and the domain of their addresses. */
export const registration = z.string().transform((text, context): Registration => {
  const domain = /^domain:(.+)$/.exec(text)?.[1]
  const address = domain && email.safeParse(`somebody@${domain}`)
  if (address && address.success) return { mode: 'domain', domain: address.data.slice('somebody@'.length) }
  if (text === 'open' || text === 'invite' || text === 'approval' || text === 'closed') return { mode: text }
  context.addIssue('must be open, invite, approval, closed, or domain: and a domain, such as domain:example.org')
  return z.NEVER
})
