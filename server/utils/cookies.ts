import { deleteCookie, getCookie, setCookie, setResponseHeader, type H3Event } from 'h3'
import { ACCESS_TTL_S, DEVICE_TTL_S, REFRESH_TTL_S, verifyDevice, type Device } from '../auth/tokens'
import { config } from '../config'
import { schemeOf } from '../network/request'
import type { Tokens } from '../services/accounts/openSession'

const NAMES = { access: 'webchat_access', refresh: 'webchat_refresh', device: 'webchat_device', form: 'webchat_form' } as const

/** Over https the prefix keeps a neighbouring subdomain or plain http from planting a cookie of that name. */
const secure = config.appUrl?.startsWith('https:') ?? false
const nameOf = (kind: keyof typeof NAMES) => (secure ? `__Host-${NAMES[kind]}` : NAMES[kind])
/** The access cookie's name, for upgrades, which have no event to read it by. */
export const accessCookieName = nameOf('access')

const attributesFor = (event: H3Event) =>
  ({ httpOnly: true, sameSite: 'lax', path: '/', secure: secure || schemeOf(event.node.req) === 'https' }) as const

/** Gives a browser its session. */
export function setSessionCookies(event: H3Event, tokens: Tokens): void {
  setCookie(event, nameOf('access'), tokens.access, { ...attributesFor(event), maxAge: ACCESS_TTL_S })
  if (tokens.refresh) setCookie(event, nameOf('refresh'), tokens.refresh, { ...attributesFor(event), maxAge: REFRESH_TTL_S })
  if (tokens.device) setCookie(event, nameOf('device'), tokens.device, { ...attributesFor(event), maxAge: DEVICE_TTL_S })
}

/** Takes what the page has stored out of a browser too, where nobody is signed in any more. */
export function clearStorage(event: H3Event): void {
  setResponseHeader(event, 'Clear-Site-Data', '"storage"')
}

/** Takes the session out of a browser. That people have signed in there stays. */
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

/** The browser that a request comes from, where people have signed in before. */
export function deviceOf(event: H3Event): Device | null {
  return verifyDevice(getCookie(event, nameOf('device')) ?? '')
}

/** Keeps a refused form for the page that shows it again. @param lifetime seconds */
export function setFormCookie(event: H3Event, value: string, lifetime: number): void {
  setCookie(event, nameOf('form'), value, { ...attributesFor(event), maxAge: lifetime })
}

/** Takes it out. */
export function takeFormCookie(event: H3Event): string | undefined {
  const value = getCookie(event, nameOf('form'))
  if (value) deleteCookie(event, nameOf('form'), attributesFor(event))
  return value
}
