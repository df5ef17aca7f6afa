import { deleteCookie, getCookie, setCookie, type H3Event } from 'h3'
import { ACCESS_LIFETIME, REFRESH_LIFETIME } from '../auth/tokens'
import { config } from '../config'
import type { Tokens } from '../services/accounts/openSession'

const NAMES = { access: 'webchat_access', refresh: 'webchat_refresh' } as const

/** Over https the prefix keeps a neighbouring subdomain or plain http from planting a cookie of that name. */
const secure = config.appUrl?.startsWith('https:') ?? false
const nameOf = (kind: keyof typeof NAMES) => (secure ? `__Host-${NAMES[kind]}` : NAMES[kind])
/** The access cookie's name, for upgrades, which have no event to read it by. */
export const accessCookieName = nameOf('access')

const attributes = { httpOnly: true, sameSite: 'lax', path: '/', secure } as const

/** Gives a browser its session. */
export function setSessionCookies(event: H3Event, tokens: Tokens): void {
  setCookie(event, nameOf('access'), tokens.access, { ...attributes, maxAge: ACCESS_LIFETIME })
  if (tokens.refresh) setCookie(event, nameOf('refresh'), tokens.refresh, { ...attributes, maxAge: REFRESH_LIFETIME })
}

export function clearSessionCookies(event: H3Event): void {
  deleteCookie(event, nameOf('access'), attributes)
  deleteCookie(event, nameOf('refresh'), attributes)
}

export function accessTokenOf(event: H3Event): string | undefined {
  return getCookie(event, nameOf('access'))
}

export function refreshTokenOf(event: H3Event): string | undefined {
  return getCookie(event, nameOf('refresh'))
}
