import { errors, jwtVerify, SignJWT, type JWTPayload } from 'jose'
import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import { objectId } from '#shared/schemas/fields'
import { signingKeys } from './secrets'

const ISSUER = 'webchat'
/** Seconds. */
export const ACCESS_LIFETIME = 15 * 60
/** Seconds. */
export const REFRESH_LIFETIME = 30 * 24 * 60 * 60

/** The type in a token's header keeps one kind from being used as the other. */
const TYPES = { access: 'at+jwt', refresh: 'rt+jwt' } as const

const accessClaims = z.object({ sub: objectId, sid: objectId })
const refreshClaims = z.object({ sub: objectId, sid: objectId, gen: z.int().min(1) })

export interface AccessClaims {
  userId: string
  sessionId: string
}

export interface RefreshClaims extends AccessClaims {
  /** Which of the session's refresh tokens this is, from 1. */
  generation: number
}

/** A token of 15 minutes that proves who is asking. */
export function signAccess({ userId, sessionId }: AccessClaims): Promise<string> {
  return sign('access', { sub: userId, sid: sessionId }, new Date(), ACCESS_LIFETIME)
}

/**
 * The refresh token of one generation of a session. The same session, generation and time give the same token,
 * so that parallel tabs, and a client whose answer was lost on the way, are given the one good token again.
 */
export function signRefresh(claims: RefreshClaims, rotatedAt: Date): Promise<string> {
  const { userId, sessionId, generation } = claims
  return sign('refresh', { sub: userId, sid: sessionId, gen: generation }, rotatedAt, REFRESH_LIFETIME)
}

/** What an access token says, or null for a token that is forged, expired, of another kind or not one at all. */
export async function verifyAccess(token: string): Promise<AccessClaims | null> {
  const claims = accessClaims.safeParse(await verify('access', token))
  return claims.success ? { userId: claims.data.sub, sessionId: claims.data.sid } : null
}

/** What a refresh token says, or null. That it is its session's newest, the session knows (services/accounts/refresh). */
export async function verifyRefresh(token: string): Promise<RefreshClaims | null> {
  const claims = refreshClaims.safeParse(await verify('refresh', token))
  if (!claims.success) return null
  return { userId: claims.data.sub, sessionId: claims.data.sid, generation: claims.data.gen }
}

function sign(kind: keyof typeof TYPES, claims: JWTPayload, from: Date, lifetime: number): Promise<string> {
  const issuedAt = Math.floor(from.getTime() / 1000)
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256', typ: TYPES[kind] })
    .setIssuer(ISSUER)
    .setAudience(ISSUER)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + lifetime)
    .sign(signingKeys()[0]!)
}

async function verify(kind: keyof typeof TYPES, token: string): Promise<JWTPayload | null> {
  for (const key of signingKeys()) {
    const payload = await verifyWith(key, kind, token)
    if (payload !== 'other key') return payload
  }
  return null
}

async function verifyWith(key: KeyObject, kind: keyof typeof TYPES, token: string): Promise<JWTPayload | null | 'other key'> {
  try {
    const options = { issuer: ISSUER, audience: ISSUER, typ: TYPES[kind], algorithms: ['HS256'] }
    return (await jwtVerify(token, key, options)).payload
  } catch (error) {
    return error instanceof errors.JWSSignatureVerificationFailed ? 'other key' : null
  }
}
