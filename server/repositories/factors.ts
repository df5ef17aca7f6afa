import { FactorModel, type FactorRecord } from '../models/factor'
import { duplicateKey } from './errors'
import type { Id } from './id'

export type { FactorRecord }

/** Stores a person's second factor. False: they have one already. */
export async function insertFactor(factor: FactorRecord): Promise<boolean> {
  try {
    await FactorModel.create(factor)
    return true
  } catch (error) {
    if (duplicateKey(error)) return false
    throw error
  }
}

export function findFactor(userId: Id): Promise<FactorRecord | null> {
  return FactorModel.findById(userId).lean<FactorRecord>().exec()
}

/** Uses up the code of a step. False: that code, or a later one, was used before. */
export async function takeStep(userId: Id, step: number): Promise<boolean> {
  const change = { $set: { lastStep: step } }
  return (await FactorModel.updateOne({ _id: userId, lastStep: { $lt: step } }, change)).modifiedCount === 1
}

/** Uses up a recovery code. False: there is none with this hash. */
export async function takeRecoveryCode(userId: Id, hash: string): Promise<boolean> {
  const change = { $pull: { recoveryHashes: hash } }
  return (await FactorModel.updateOne({ _id: userId, recoveryHashes: hash }, change)).modifiedCount === 1
}

export async function replaceRecoveryCodes(userId: Id, recoveryHashes: string[]): Promise<void> {
  await FactorModel.updateOne({ _id: userId }, { $set: { recoveryHashes } })
}

/** Removes a person's second factor. False: they have none. */
export async function deleteFactor(userId: Id): Promise<boolean> {
  return (await FactorModel.deleteOne({ _id: userId })).deletedCount === 1
}
