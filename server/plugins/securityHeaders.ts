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

const store = config.s3
  ? [originOfStore(config.s3), config.s3.readUrl].map((origin) => (origin ? ` ${origin}` : '')).join('')
  : ''

/** The policy of answers that are no pages: opened as a page, they may do nothing. */
const NOTHING = "default-src 'none'; frame-ancestors 'none'; sandbox"

/** The color mode's script is inlined unchanged in every page, so the policy allows it by its hash. */
const colorMode = `'sha256-${createHash('sha256').update(colorModeScript).digest('base64')}'`

/**
 * Sets fixed security headers on every answer, and on every page a content security policy. It allows only the scripts
 * that the page's head was made with, and what those load. Caches store nothing unless the route allows it.
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
      // With a bucket, the browser exchanges files with the store directly.
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
