import { DeletedGroupModel, type DeletedGroupRecord } from '../models/deletedGroup'
import type { Id } from './id'

/** Records that a group is being deleted, so that a deletion that is cut off can be finished later. */
export async function noteDeletedGroup(id: Id): Promise<void> {
  await DeletedGroupModel.updateOne({ _id: id }, { $setOnInsert: { createdAt: new Date() } }, { upsert: true })
}

/** The ids of groups whose deletion was not finished. */
export async function findDeletedGroups(): Promise<string[]> {
  const groups = await DeletedGroupModel.find().lean<DeletedGroupRecord[]>().exec()
  return groups.map((group) => group._id.toString())
}

/** Removes the record of a finished deletion. */
export async function forgetDeletedGroup(id: Id): Promise<void> {
  await DeletedGroupModel.deleteOne({ _id: id })
}
