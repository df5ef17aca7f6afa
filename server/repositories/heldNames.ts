import { HeldNameModel } from '../models/heldName'
import type { Id } from './id'

/** Keeps a username for the person who gives it up. @param until when others can take it */
export async function holdName(name: string, userId: Id, until: Date): Promise<void> {
  await HeldNameModel.updateOne({ _id: name }, { $set: { userId, until } }, { upsert: true })
}

/** Whether a username is kept for somebody else. */
export async function isHeldFromOthers(name: string, userId: Id): Promise<boolean> {
  const found = await HeldNameModel.findById(name).lean().exec()
  return found !== null && found.until > new Date() && !found.userId.equals(userId)
}

/** No longer keeps a username, if it is this person's. */
export async function releaseName(name: string, userId: Id): Promise<void> {
  await HeldNameModel.deleteOne({ _id: name, userId })
}
