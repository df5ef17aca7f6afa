import { createHash } from 'node:crypto'
import { script as colorModeScript } from '#color-mode-options'
import { setResponseHeader, setResponseHeaders } from 'h3'
import { config } from '../config'
import { nonceOf } from '../headNonce'

const HEADERS = {
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(self)',
  'Cross-Origin-Opener-Policy': 'same-origin',
  ...(config.appUrl?.startsWith('https:') && { 'Strict-Transport-Security': 'max-age=31536000' }),
}

const store = config.s3 ? [originOfStore(config.s3), config.s3.readUrl].map((origin) => (origin ? ` ${origin}` : '')).join('') : ''

/** What an answer that is no page may do as a page: nothing. */
const NOTHING = "default-src 'none'; frame-ancestors 'none'; sandbox"

/** The color mode's script stands in every page as it is, so the policy can name it by its hash. */
const colorMode = `'sha256-${createHash('sha256').update(colorModeScript).digest('base64')}'`

/**
 * Fixed headers on every answer, and on every page a policy that runs only the scripts that its head was made with, and
 * what those load themselves. Nothing is kept by a cache unless its route says so.
 */
export default defineNitroPlugin((nitro) => {
  nitro.hooks.hook('request', (event) => {
    setResponseHeaders(event, HEADERS)
    if (event.path.startsWith('/api/')) setResponseHeader(event, 'Content-Security-Policy', NOTHING)
  })
  nitro.hooks.hook('render:response', ({ headers }) => {
    if (headers) delete headers['x-powered-by']
  })
  if (import.meta.dev) return
  nitro.hooks.hook('render:html', (html, { event }) => {
    const policy = [
      "default-src 'self'",
      `script-src 'nonce-${nonceOf(html.head.join(''))}' ${colorMode} 'strict-dynamic'`,
      "worker-src 'self'",
      // Vue sets positions and colours as style attributes.
      "style-src 'self' 'unsafe-inline'",
      // Files go to and come from the store itself, where there is a bucket.
      `connect-src 'self'${store}`,
      `img-src 'self' data: blob:${store}`,
      `media-src 'self' blob:${store}`,
      "object-src 'none'",
      "base-uri 'none'",
      "form-action 'self'",
      "frame-ancestors 'none'",
    ]
    setResponseHeader(event, 'Content-Security-Policy', policy.join('; '))
  })
})

function originOfStore({ bucket, region, endpoint, forcePathStyle }: NonNullable<typeof config.s3>): string {
  const address = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`)
  return `${address.protocol}//${forcePathStyle ? '' : `${bucket}.`}${address.host}`
}
