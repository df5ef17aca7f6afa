import { PushSubscriptionModel, type PushSubscriptionRecord } from '../models/pushSubscription'
import { duplicateKey } from './errors'
import { findMany, toObjectId } from './findMany'
import type { Id } from './id'

export type { PushSubscriptionRecord }

type Fields = Omit<PushSubscriptionRecord, '_id' | 'userId' | 'sessionId'>

/** Stores the subscription of a session. It replaces the earlier one, and what another session had of the same browser. */
export async function saveSubscription(userId: string, sessionId: string, fields: Fields): Promise<void> {
  await PushSubscriptionModel.deleteMany({ endpoint: fields.endpoint, sessionId: { $lt: toObjectId(sessionId) } })
  await PushSubscriptionModel.deleteMany({ endpoint: fields.endpoint, sessionId: { $gt: toObjectId(sessionId) } })
  try {
    await PushSubscriptionModel.updateOne({ sessionId }, { $set: { userId, ...fields } }, { upsert: true })
  } catch (error) {
    // Another request of the same browser came first.
    if (!duplicateKey(error)) throw error
  }
}

/** The subscriptions of people. @param sessionIds only those of these sessions */
export function findSubscriptions(
  userIds: readonly Id[],
  sessionIds?: readonly Id[],
): Promise<PushSubscriptionRecord[]> {
  return findMany(PushSubscriptionModel, {
    userId: { $in: userIds.map(toObjectId) },
    ...(sessionIds && { sessionId: { $in: sessionIds.map(toObjectId) } }),
  })
}

export async function hasSubscriptions(): Promise<boolean> {
  return (
    (await PushSubscriptionModel.findOne({ endpoint: { $gt: '' } }, { _id: 1 })
      .lean()
      .exec()) !== null
  )
}

export async function deleteSubscriptionsOf(sessionIds: readonly Id[]): Promise<void> {
  await PushSubscriptionModel.deleteMany({ sessionId: { $in: sessionIds.map(toObjectId) } })
}

/** Deletes a subscription whose address is gone, unless the session has a newer one. */
export async function deleteSubscription({ _id, endpoint }: PushSubscriptionRecord): Promise<void> {
  await PushSubscriptionModel.deleteOne({ _id, endpoint })
}
