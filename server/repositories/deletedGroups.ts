import { DeletedGroupModel, type DeletedGroupRecord } from '../models/deletedGroup'
import type { Id } from './id'

/** Notes that a group is being deleted, so that a deletion that is cut off can be taken up again. */
export async function noteDeletedGroup(id: Id): Promise<void> {
  await DeletedGroupModel.updateOne({ _id: id }, { $setOnInsert: { createdAt: new Date() } }, { upsert: true })
}

/** The groups whose deletion was not finished. */
export async function findDeletedGroups(): Promise<string[]> {
  const groups = await DeletedGroupModel.find().lean<DeletedGroupRecord[]>().exec()
  return groups.map((group) => group._id.toString())
}

/** Forgets a deletion that is finished. */
export async function forgetDeletedGroup(id: Id): Promise<void> {
  await DeletedGroupModel.deleteOne({ _id: id })
}
