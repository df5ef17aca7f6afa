import { deleteCookie, getCookie, setCookie, setResponseHeader, type H3Event } from 'h3'
import { ACCESS_TTL_S, CHALLENGE_TTL_S, DEVICE_TTL_S, REFRESH_TTL_S, verifyDevice, type Device } from '../auth/tokens'
import { config } from '../config'
import { schemeOf } from '../network/request'
import type { Tokens } from '../services/accounts/openSession'

const NAMES = {
  access: 'webchat_access',
  refresh: 'webchat_refresh',
  device: 'webchat_device',
  form: 'webchat_form',
  challenge: 'webchat_challenge',
} as const

/** Over https, the prefix `__Host-` keeps neighbouring subdomains and plain http from setting a cookie of that name. */
const secure = config.appUrl?.startsWith('https:') ?? false
const nameOf = (kind: keyof typeof NAMES) => (secure ? `__Host-${NAMES[kind]}` : NAMES[kind])
/** The name of the access cookie, for WebSocket upgrades, which have no h3 event to read it with. */
export const accessCookieName = nameOf('access')

const attributesFor = (event: H3Event) =>
  ({ httpOnly: true, sameSite: 'lax', path: '/', secure: secure || schemeOf(event.node.req) === 'https' }) as const

/** Sets the cookies of a session. */
export function setSessionCookies(event: H3Event, tokens: Tokens): void {
  setCookie(event, nameOf('access'), tokens.access, { ...attributesFor(event), maxAge: ACCESS_TTL_S })
  if (tokens.refresh)
    setCookie(event, nameOf('refresh'), tokens.refresh, { ...attributesFor(event), maxAge: REFRESH_TTL_S })
  if (tokens.device)
    setCookie(event, nameOf('device'), tokens.device, { ...attributesFor(event), maxAge: DEVICE_TTL_S })
}

/** Makes the browser clear what the page has stored there. For answers after which nobody is signed in. */
export function clearStorage(event: H3Event): void {
  setResponseHeader(event, 'Clear-Site-Data', '"storage"')
}

/** Removes the cookies of a session. The device cookie, which says who has signed in there before, stays. */
export function clearSessionCookies(event: H3Event): void {
  deleteCookie(event, nameOf('access'), attributesFor(event))
  deleteCookie(event, nameOf('refresh'), attributesFor(event))
}

export function accessTokenOf(event: H3Event): string | undefined {
  return getCookie(event, nameOf('access'))
}

export function refreshTokenOf(event: H3Event): string | undefined {
  return getCookie(event, nameOf('refresh'))
}

/** The browser that a request comes from, by its device cookie. Null: nobody has signed in with it before. */
export function deviceOf(event: H3Event): Device | null {
  return verifyDevice(getCookie(event, nameOf('device')) ?? '')
}

/** Stores that somebody knows a password, until they have shown their second factor. */
export function setChallengeCookie(event: H3Event, challenge: string): void {
  setCookie(event, nameOf('challenge'), challenge, { ...attributesFor(event), maxAge: CHALLENGE_TTL_S })
}

export function challengeOf(event: H3Event): string | undefined {
  return getCookie(event, nameOf('challenge'))
}

export function clearChallengeCookie(event: H3Event): void {
  if (challengeOf(event)) deleteCookie(event, nameOf('challenge'), attributesFor(event))
}

/** Stores a refused form for the page that shows it again. @param ttlSeconds how long it is stored */
export function setFormCookie(event: H3Event, value: string, ttlSeconds: number): void {
  setCookie(event, nameOf('form'), value, { ...attributesFor(event), maxAge: ttlSeconds })
}

/** Reads the stored form and removes its cookie. */
export function takeFormCookie(event: H3Event): string | undefined {
  const value = getCookie(event, nameOf('form'))
  if (value) deleteCookie(event, nameOf('form'), attributesFor(event))
  return value
}
