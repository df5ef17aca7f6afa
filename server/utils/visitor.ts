import { getHeader, type H3Event } from 'h3'
import { config } from '../config'
import { addressOf } from '../network/request'
import type { Visitor } from '../services/accounts/openSession'
import { deviceOf } from './cookies'

/** Where a request came from: its address, its browser's name and its device cookie. */
export function visitorOf(event: H3Event): Visitor {
  return {
    ip: addressOf(event.node.req, config.trustedProxies),
    userAgent: getHeader(event, 'user-agent') ?? '',
    device: deviceOf(event),
  }
}
