import {
  createError,
  defineEventHandler,
  getQuery,
  getRouterParams,
  setResponseHeader,
  type EventHandler,
  type H3Error,
  type H3Event,
} from 'h3'
import { STATUS_CODES } from 'node:http'
import type { z } from 'zod'
import type { ServerRight } from '#shared/domain/serverRoles'
import { AppError, ERROR_STATUS } from '#shared/errors'
import { parseInput } from '#shared/schemas/parseInput'
import type { BudgetName } from '../auth/budgets'
import { inTurn } from '../auth/inTurn'
import { useLimit } from '../auth/rateLimit'
import type { AccessClaims } from '../auth/tokens'
import { addressKey } from '../network/proxies'
import { identify } from '../services/accounts/identify'
import { requireVerified } from '../services/accounts/requireVerified'
import { authorizeServer } from '../services/administration/authorize'
import { toAppError } from '../services/failure'
import { started } from '../start'
import { accessTokenOf } from './cookies'
import { readInputBody } from './readInput'
import { visitorOf } from './visitor'

interface Schemas<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  params?: P
  query?: Q
  body?: B
}

interface Input<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType> {
  event: H3Event
  params: z.output<P>
  query: z.output<Q>
  body: z.output<B>
}

interface Payer {
  user: AccessClaims
  /**
   * Charges what a request costs besides its own budget, such as a point for each person that is added.
   * @throws AppError RATE_LIMITED
   */
  pay(budget: BudgetName, points: number): Promise<void>
}

/**
 * Defines a route for people who are signed in. The caller is identified and the budget charged before anything of the
 * request is read.
 * @param budget what a request costs its caller
 * @param schemas for the parts of the request; a part without one is not read
 * @param authorize refuses callers before anything of the request is read
 */
export function defineApi<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  budget: BudgetName,
  schemas: Schemas<P, Q, B>,
  handle: (input: Input<P, Q, B> & Payer) => unknown,
  authorize?: (userId: string) => Promise<void>,
): EventHandler {
  return guarded(async (event) => {
    const user = await identify(accessTokenOf(event))
    if (!user) {
      await useLimit('anonymous', addressKey(visitorOf(event).ip))
      throw new AppError('UNAUTHENTICATED')
    }
    event.context.userId = user.userId
    await useLimit(budget, user.userId)
    await requireVerified(user.userId, budget)
    await authorize?.(user.userId)
    return inTurn(budget, user.userId, async () => {
      // The client may have disconnected while this request waited.
      if (event.node.res.closed) throw new AppError('UNAVAILABLE')
      const pay: Payer['pay'] = (name, points) => useLimit(name, user.userId, points)
      return handle({ ...(await readInput(event, schemas)), user, pay })
    })
  })
}

/**
 * Defines a route for people whose server role gives them a right. For everybody else it is like a route that does not
 * exist.
 * @param right what the role must allow
 */
export function defineAdminApi<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  right: ServerRight,
  schemas: Schemas<P, Q, B>,
  handle: (input: Input<P, Q, B> & Payer) => unknown,
): EventHandler {
  return defineApi('administer', schemas, handle, (userId) => authorizeServer(userId, right))
}

/** Defines a route for everyone, signed in or not. The budget is charged to the client's address. */
export function definePublicApi<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  budget: BudgetName,
  schemas: Schemas<P, Q, B>,
  handle: (input: Input<P, Q, B>) => unknown,
): EventHandler {
  return guarded(async (event) => {
    await useLimit(budget, addressKey(visitorOf(event).ip))
    return handle(await readInput(event, schemas))
  })
}

async function readInput<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType>(
  event: H3Event,
  { params, query, body }: Schemas<P, Q, B>,
): Promise<Input<P, Q, B>> {
  return {
    event,
    params: (params && parseInput(params, getRouterParams(event))) as z.output<P>,
    query: (query && parseInput(query, getQuery(event))) as z.output<Q>,
    body: (body && parseInput(body, await readInputBody(event))) as z.output<B>,
  }
}

function guarded(handle: (event: H3Event) => unknown): EventHandler {
  return defineEventHandler(async (event) => {
    setResponseHeader(event, 'Cache-Control', 'no-store')
    try {
      await started
      return await handle(event)
    } catch (error) {
      throw asHttpError(event, error)
    }
  })
}

/**
 * The only place where an error becomes an HTTP answer. An unexpected error is logged, and the client learns nothing.
 */
export function asHttpError(event: H3Event, error: unknown): H3Error {
  const { requestId, userId } = event.context
  const known = toAppError(error, { requestId, userId })
  if (known.retryAfter !== undefined) setResponseHeader(event, 'Retry-After', known.retryAfter)
  const statusCode = ERROR_STATUS[known.code]
  return createError({
    statusCode,
    statusMessage: STATUS_CODES[statusCode],
    message: known.message,
    data: {
      code: known.code,
      ...(known.issues && { issues: known.issues }),
      ...(known.reason && { reason: known.reason }),
    },
  })
}
