import { SHARE_CACHE, SHARE_PATH } from '#shared/worker'
import type { WorkerScope } from './scope'

/** Keeps what another app shares with this one, and opens the page that asks for whom it is. */
export async function answerShare(scope: WorkerScope, request: Request): Promise<Response> {
  const key = crypto.randomUUID()
  try {
    const cache = await scope.caches.open(SHARE_CACHE)
    const type = request.headers.get('content-type') ?? ''
    await cache.put(`${SHARE_PATH}/${key}`, new Response(await request.blob(), { headers: { 'content-type': type } }))
  } catch {
    // The disk is full, or the files cannot be read. The page finds nothing, and says so.
  }
  return new Response(null, { status: 303, headers: { location: `/?shared=${key}` } })
}
