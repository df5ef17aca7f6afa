import { ServerKeyModel, type ServerKeyRecord } from '../models/serverKey'
import { duplicateKey } from './errors'

/** The stored pair of keys for a purpose. Whoever asks first stores theirs. @param fresh used if there are none yet */
export async function keepServerKey(fresh: ServerKeyRecord): Promise<ServerKeyRecord> {
  const find = () => ServerKeyModel.findById(fresh._id).lean<ServerKeyRecord>().exec()
  const kept = await find()
  if (kept) return kept
  try {
    await ServerKeyModel.create(fresh)
  } catch (error) {
    if (!duplicateKey(error)) throw error
  }
  return (await find())!
}
