import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { serveStore } from './serve'

type Report = { uri: string } | { failure: string }

/**
 * Runs the store in its own thread, so that a long query never blocks the caller's sockets.
 * @param options.entry the file the thread starts with; it must call `runStoreThread` when `isStoreThread`
 * @param options.onDeath is called when the thread ends without having been asked to; by default the process ends,
 *   because a server without its database can only fail
 * @throws Error when the store cannot be opened
 */
export async function startStoreThread(options: {
  entry: URL | string
  folder: string
  onDeath?: (error: Error) => void
}): Promise<{ uri: string; stop(): Promise<void> }> {
  const { onDeath = endProcess } = options
  const worker = new Worker(options.entry, { workerData: { webchatStore: { folder: options.folder } } })
  let stopping = false
  let failure: Error | undefined
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  worker.on('error', (error: Error) => {
    failure = error
  })

  const uri = await new Promise<string>((resolve, reject) => {
    worker.once('message', (report: Report) =>
      'uri' in report ? resolve(report.uri) : reject(new Error(report.failure)),
    )
    void exited.then(() =>
      reject(failure ?? new Error('The thread of the embedded database ended before it was ready')),
    )
  })
  void exited.then(() => {
    if (!stopping) onDeath(failure ?? new Error('The thread of the embedded database ended'))
  })
  return {
    uri,
    async stop() {
      stopping = true
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      worker.postMessage('stop')
      await exited
    },
  }
}

/** Whether this thread was started by `startStoreThread`. */
export function isStoreThread(): boolean {
  return !isMainThread && folderOfThread() !== undefined
}

/** The main function of the thread: opens the store, reports its address, and serves until it is told to stop. */
export async function runStoreThread(): Promise<void> {
  const port = parentPort
  const folder = folderOfThread()
  if (!port || folder === undefined)
    throw new Error('runStoreThread belongs into a thread that startStoreThread started')
  const report = (message: Report): void => port.postMessage(message)
  try {
    const store = await serveStore({ folder })
    port.once('message', () => {
      void store.close().finally(() => port.close())
    })
    report({ uri: store.uri })
  } catch (error) {
    report({ failure: error instanceof Error ? error.message : String(error) })
    port.close()
  }
}

function folderOfThread(): string | undefined {
  return (workerData as { webchatStore?: { folder: string } } | null)?.webchatStore?.folder
}

function endProcess(error: Error): void {
  console.error(`The embedded database stopped, so the server stops too: ${error.message}`)
  process.exit(1)
}
