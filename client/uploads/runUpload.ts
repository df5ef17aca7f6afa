import type { Upload } from '#shared/schemas/upload'
import { offline } from '../http/apiError'
import type { Job, Transfer } from './job'

/**
 * Uploads a file, with code that is loaded for the first one. Without a network, loading is tried again like any request.
 * @throws ApiError that cannot be helped by trying again; SourceLost; the signal's reason
 */
export async function runUpload(transfer: Transfer, job: Job): Promise<Upload> {
  const load = () =>
    import('./uploadRun').catch(() => {
      throw offline()
    })
  const { signal, maxFailures } = job
  const { UploadRun } = await transfer.retrier.run(load, { signal, maxFailures, onWait: () => job.onState('waiting') })
  return new UploadRun(transfer, job).run()
}
