import { AppError } from '#shared/errors'
import type { BudgetName } from '../../auth/budgets'
import { config } from '../../config'
import { findUser } from '../../repositories/users'
import { isUnverified } from './verifyEmail'

/** The budgets of what others notice. With UNVERIFIED_ACCOUNTS=read, it takes an address that is verified. */
const WRITING: ReadonlySet<BudgetName> = new Set([
  'send',
  'changeMessage',
  'uploadStep',
  'schedule',
  'startConversation',
  'createGroup',
  'addPeople',
  'changeGroup',
  'moderate',
  'invite',
  'acceptInvite',
])
const MAX_REMEMBERED = 50_000

/** People of whom this task knows that they need not show anything more. That never changes back. */
const verified = new Set<string>()

/** Refuses to write for people whose address is not verified, if the settings say so. @throws AppError FORBIDDEN, with an issue */
export async function requireVerified(userId: string, budget: BudgetName): Promise<void> {
  if (config.unverifiedAccounts === 'everything' || !WRITING.has(budget) || verified.has(userId)) return
  const user = await findUser(userId)
  if (user && isUnverified(user)) {
    const message = 'Confirm your email first.'
    throw new AppError('FORBIDDEN', { issues: [{ path: [], code: 'unverified', params: {}, message }] })
  }
  if (verified.size >= MAX_REMEMBERED) verified.clear()
  verified.add(userId)
}
