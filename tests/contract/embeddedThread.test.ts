import { MongoClient } from 'mongodb'
import { beforeAll, describe, expect, it } from 'vitest'
import { isStoreThread, startStoreThread } from '../../server/embedded/thread'
import { bundleStoreProcess } from '../support/embedded/bundle'
import { temporaryFolder } from '../support/embedded/temporary'

let entry: string
beforeAll(async () => {
  entry = await bundleStoreProcess()
})

describe('the thread of the store', () => {
  it('serves, stops, and starts again with its data', async () => {
    const folder = temporaryFolder()
    expect(isStoreThread()).toBe(false)
    for (let round = 0; round < 2; round++) {
      const thread = await startStoreThread({ entry, folder })
      const client = await MongoClient.connect(thread.uri)
      await client.db().collection('c').insertOne({ round })
      expect(await client.db().collection('c').countDocuments()).toBe(round + 1)
      await client.close()
      await thread.stop()
    }
  })

  it('reports why it cannot start', async () => {
    const folder = temporaryFolder()
    const thread = await startStoreThread({ entry, folder })
    await expect(startStoreThread({ entry, folder })).rejects.toThrow('belongs to process')
    await thread.stop()
  })

  it('reports when it dies unexpectedly', async () => {
    const dying = new URL(
      `data:text/javascript,${encodeURIComponent("import { parentPort } from 'node:worker_threads'; parentPort.postMessage({ uri: 'mongodb://nowhere' }); setImmediate(() => { throw new Error('broken') })")}`,
    )
    const error = await new Promise<Error>((resolve, reject) => {
      startStoreThread({ entry: dying, folder: '', onDeath: resolve }).catch(reject)
    })
    expect(error.message).toBe('broken')
  })
})
