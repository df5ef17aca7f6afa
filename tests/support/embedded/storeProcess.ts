import { serveStore } from '../../../server/embedded/serve'
import { isStoreThread, runStoreThread } from '../../../server/embedded/thread'

// Replaces the production entry: one file that runs the store's thread or, here, a process with a store.
if (isStoreThread()) await runStoreThread()
else {
  const store = await serveStore({ folder: process.argv[2]!, beatMs: Number(process.argv[3] ?? 1000) })
  process.stdout.write(`${store.uri}\n`)
}
