import { AccountLinkModel, type AccountLinkRecord } from '../models/accountLink'
import type { Id } from './id'

export type { AccountLinkRecord }

type Purpose = AccountLinkRecord['purpose']

/** The filter for a link that still works. */
const usable = (hash: string, purpose: Purpose) => ({ _id: hash, purpose, expiresAt: { $gt: new Date() } })

export async function insertAccountLink(link: AccountLinkRecord): Promise<void> {
  await AccountLinkModel.create(link)
}

/** The link with this hash. Null: there is none, or it has expired. */
export function findAccountLink(hash: string, purpose: Purpose): Promise<AccountLinkRecord | null> {
  return AccountLinkModel.findOne(usable(hash, purpose)).lean<AccountLinkRecord>().exec()
}

/** Uses a link up. False: another call was faster, or it has expired. */
export async function takeAccountLink(hash: string, purpose: Purpose): Promise<boolean> {
  return (await AccountLinkModel.deleteOne(usable(hash, purpose))).deletedCount === 1
}

/** Ends all links of a person for one purpose. */
export async function deleteAccountLinks(userId: Id, purpose: Purpose): Promise<void> {
  await AccountLinkModel.deleteMany({ userId, purpose })
}
