import { createHmac, timingSafeEqual, type KeyObject } from 'node:crypto'
import { z } from 'zod'
import { objectId } from '#shared/schemas/fields'
import { signingKeys } from './secrets'

const ISSUER = 'webchat'
/** Seconds. */
export const ACCESS_TTL_S = 15 * 60
/** Seconds. */
export const REFRESH_TTL_S = 30 * 24 * 60 * 60
/** Seconds. */
export const DEVICE_TTL_S = 365 * 24 * 60 * 60
/** Seconds. */
export const CHALLENGE_TTL_S = 5 * 60

/** The `typ` of a token's header. It keeps one kind of token from being used as another. */
const TYPES = { access: 'at+jwt', refresh: 'rt+jwt', device: 'dt+jwt', challenge: 'ch+jwt' } as const
type Kind = keyof typeof TYPES

const MAX_TOKEN_CHARACTERS = 2_048
/** The most accounts that a device remembers: a family may share a computer. */
const MAX_DEVICE_ACCOUNTS = 5

/** A token's header. It is strict: a header with anything else, above all `crit`, is refused. */
const header = z.strictObject({ alg: z.literal('HS256'), typ: z.enum(TYPES) })
const registered = z.object({
  iss: z.literal(ISSUER),
  aud: z.literal(ISSUER),
  exp: z.number(),
  nbf: z.number().optional(),
})
const accessClaims = registered.extend({ sub: objectId, sid: objectId })
const refreshClaims = accessClaims.extend({ gen: z.int().min(1) })
const deviceClaims = registered.extend({
  did: z.string().min(1).max(64),
  subs: z.array(objectId).max(MAX_DEVICE_ACCOUNTS),
})

const challengeClaims = registered.extend({ sub: objectId, gen: z.int().min(0) })

export interface AccessClaims {
  userId: string
  sessionId: string
}

export interface RefreshClaims extends AccessClaims {
  /** Which of the session's refresh tokens this is, from 1. */
  generation: number
}

/** Somebody who knows a password, and has to show their second factor. */
export interface Challenge {
  userId: string
  /** The generation of that password. */
  passwordGeneration: number
}

/** A browser in which people have signed in before. */
export interface Device {
  id: string
  /** The ids of these people, the most recent first. */
  userIds: string[]
}

/** An access token, valid for 15 minutes, that proves who is asking. */
export function signAccess({ userId, sessionId }: AccessClaims): string {
  return sign('access', { sub: userId, sid: sessionId }, new Date(), ACCESS_TTL_S)
}

/**
 * The refresh token of one generation of a session, valid for 30 days. The same session, generation and time give the
 * same token, so that parallel tabs and a client whose answer was lost get the one valid token again.
 * @param rotatedAt when the session got this generation
 */
export function signRefresh(claims: RefreshClaims, rotatedAt: Date): string {
  const { userId, sessionId, generation } = claims
  return sign('refresh', { sub: userId, sid: sessionId, gen: generation }, rotatedAt, REFRESH_TTL_S)
}

/**
 * A device token, valid for a year. It stays in a browser after signing out, so that guesses elsewhere lock no one out.
 */
export function signDevice({ id, userIds }: Device): string {
  return sign('device', { did: id, subs: userIds.slice(0, MAX_DEVICE_ACCOUNTS) }, new Date(), DEVICE_TTL_S)
}

/** A challenge, valid for five minutes. Alone it opens nothing. */
export function signChallenge({ userId, passwordGeneration }: Challenge): string {
  return sign('challenge', { sub: userId, gen: passwordGeneration }, new Date(), CHALLENGE_TTL_S)
}

/** The claims of an access token. Null: it is forged, expired, of another kind, or no token at all. */
export function verifyAccess(token: string): AccessClaims | null {
  const claims = verify('access', token, accessClaims)
  return claims && { userId: claims.sub, sessionId: claims.sid }
}

/** The claims of a refresh token, or null. services/accounts/refresh checks whether it is its session's newest. */
export function verifyRefresh(token: string): RefreshClaims | null {
  const claims = verify('refresh', token, refreshClaims)
  return claims && { userId: claims.sub, sessionId: claims.sid, generation: claims.gen }
}

/** The claims of a device token, or null. */
export function verifyDevice(token: string): Device | null {
  const claims = verify('device', token, deviceClaims)
  return claims && { id: claims.did, userIds: claims.subs }
}

/** The claims of a challenge, or null. */
export function verifyChallenge(token: string): Challenge | null {
  const claims = verify('challenge', token, challengeClaims)
  return claims && { userId: claims.sub, passwordGeneration: claims.gen }
}

function sign(kind: Kind, claims: Record<string, unknown>, from: Date, ttlSeconds: number): string {
  const iat = Math.floor(from.getTime() / 1000)
  const payload = { ...claims, iss: ISSUER, aud: ISSUER, iat, exp: iat + ttlSeconds }
  const signed = `${encode({ alg: 'HS256', typ: TYPES[kind] })}.${encode(payload)}`
  return `${signed}.${signatureOf(signed, signingKeys()[0]!)}`
}

/** Verifies synchronously, in microseconds. WebCrypto would wait for a thread of the pool, behind password hashes. */
function verify<S extends typeof registered>(kind: Kind, token: string, schema: S): z.output<S> | null {
  const parts = token.length <= MAX_TOKEN_CHARACTERS ? token.split('.') : []
  if (parts.length !== 3) return null
  const [head, payload, signature] = parts as [string, string, string]
  if (!signingKeys().some((key) => isSame(signature, signatureOf(`${head}.${payload}`, key)))) return null
  const { data: fields } = header.safeParse(decode(head))
  const { data: claims } = schema.safeParse(decode(payload))
  const now = Date.now() / 1000
  if (fields?.typ !== TYPES[kind] || !claims || claims.exp <= now || (claims.nbf ?? 0) > now) return null
  return claims
}

function signatureOf(signed: string, key: KeyObject): string {
  return createHmac('sha256', key).update(signed).digest('base64url')
}

function isSame(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)]
  return left.length === right.length && timingSafeEqual(left, right)
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function decode(part: string): unknown {
  try {
    return JSON.parse(Buffer.from(part, 'base64url').toString())
  } catch {
    return undefined
  }
}
