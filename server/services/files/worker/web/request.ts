import { lookup as lookupName } from 'node:dns'
import { request as requestHttp, type IncomingMessage } from 'node:http'
import { request as requestHttps } from 'node:https'
import type { LookupFunction } from 'node:net'
import { canRequest, isPublicAddress, isTrusted, type RequestBounds } from './publicAddress'

/** How many redirects are followed. */
const MAX_REDIRECTS = 3
const REDIRECTS = new Set([301, 302, 303, 307, 308])
/** The most bytes of the headers of an answer. */
const MAX_HEADER_BYTES = 16_384
const HEADERS = {
  'User-Agent': 'WebChat/1.0 (link preview)',
  Accept: 'text/html, application/xhtml+xml, image/*;q=0.8',
  'Accept-Encoding': 'gzip, deflate, br',
}

/** An answer from the web whose body is not read yet. */
export interface Answer {
  /** Where it came from, after redirects. */
  address: URL
  response: IncomingMessage
}

/**
 * Requests an address of the web, and follows redirects. Each address is checked before it is requested, and each name at the
 * time of its connection: only the addresses that pass are connected to.
 * @throws Error when it is no place to request, does not answer, answers with an error, or redirects too often
 */
export async function requestWeb(start: URL, bounds: RequestBounds, signal: AbortSignal): Promise<Answer> {
  let address = start
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    if (!canRequest(address, bounds)) throw new Error('This address is not requested.')
    const response = await requestOnce(address, bounds, signal)
    const { statusCode = 0 } = response
    if (statusCode === 200) return { address, response }
    response.destroy()
    if (!REDIRECTS.has(statusCode) || !response.headers.location) throw new Error(`It answers with ${statusCode}.`)
    address = new URL(response.headers.location, address)
  }
  throw new Error('It redirects too often.')
}

function requestOnce(address: URL, bounds: RequestBounds, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const isSafe = isTrusted(address, bounds.trusted)
    const options = {
      signal,
      // No connection is kept: the next request checks the name again.
      agent: false as const,
      headers: HEADERS,
      maxHeaderSize: MAX_HEADER_BYTES,
      ...(!isSafe && { lookup: lookupPublic(bounds) }),
    }
    const sent = address.protocol === 'https:' ? requestHttps(address, options) : requestHttp(address, options)
    sent.once('response', resolve)
    sent.on('error', reject)
    sent.end()
  })
}

/**
 * Looks a name up and gives only its public addresses to the connection, so the address that is checked is the one that is
 * connected to, whatever the name stands for a moment later.
 * @param lookup asks the system's resolver
 */
export function lookupPublic({ own }: Pick<RequestBounds, 'own'>, lookup = lookupName): LookupFunction {
  return (name, options, callback) => {
    lookup(name, { ...options, all: true }, (error, found) => {
      const allowed = error ? [] : found.filter(({ address }) => isPublicAddress(address) && !own.includes(address))
      const [first] = allowed
      if (error || !first) callback(error ?? new Error('This name has no public address.'), '')
      else if (options.all) callback(null, allowed)
      else callback(null, first.address, first.family)
    })
  }
}
