import { randomBytes } from 'node:crypto'
import { setResponseHeader, setResponseHeaders } from 'h3'
import { config } from '../config'

const HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'strict-origin-when-cross-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(self)',
  'Cross-Origin-Opener-Policy': 'same-origin',
  ...(config.appUrl?.startsWith('https:') && { 'Strict-Transport-Security': 'max-age=31536000' }),
}

const store = config.s3 ? ` ${originOfStore(config.s3)}` : ''

/** Fixed headers on every answer, and on every page a policy that runs only the scripts that we wrote into it. */
export default defineNitroPlugin((nitro) => {
  nitro.hooks.hook('request', (event) => setResponseHeaders(event, HEADERS))
  if (import.meta.dev) return
  nitro.hooks.hook('render:html', (html, { event }) => {
    const nonce = randomBytes(16).toString('base64')
    const withNonce = (part: string) => part.replace(/<(script|style)\b/g, `<$1 nonce="${nonce}"`)
    html.head = html.head.map(withNonce)
    html.bodyPrepend = html.bodyPrepend.map(withNonce)
    html.body = html.body.map(withNonce)
    html.bodyAppend = html.bodyAppend.map(withNonce)
    const policy = [
      "default-src 'self'",
      `script-src 'self' 'nonce-${nonce}'`,
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
