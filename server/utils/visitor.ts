import { getCookie, getHeader, type H3Event } from 'h3'
import { isLanguage, type Language } from '#shared/domain/languages'
import { config } from '../config'
import { addressOf } from '../network/request'
import type { Visitor } from '../services/accounts/openSession'
import { deviceOf } from './cookies'
import { mailOriginOf } from './publicOrigin'

/** The cookie of @nuxtjs/i18n, as nuxt.config.ts names it. */
const LANGUAGE_COOKIE = 'webchat_locale'

/** Where a request came from: its address, its browser's name, its language and its device cookie. */
export function visitorOf(event: H3Event): Visitor {
  return {
    ip: addressOf(event.node.req, config.trustedProxies),
    userAgent: getHeader(event, 'user-agent') ?? '',
    language: languageOf(event),
    mailOrigin: mailOriginOf(event),
    device: deviceOf(event),
  }
}

/** The language of the page that a request comes from: the chosen one, or the first that its browser asks for. */
function languageOf(event: H3Event): Language {
  const chosen = getCookie(event, LANGUAGE_COOKIE) ?? ''
  if (isLanguage(chosen)) return chosen
  const asked = (getHeader(event, 'accept-language') ?? '').split(',', 20)
  return asked.map((entry) => entry.trim().slice(0, 2).toLowerCase()).find(isLanguage) ?? 'en'
}
