import { SHELL_PATH } from '#shared/worker'
import type { WorkerScope } from './scope'
import { within } from './within'

/** A build of the app: its id, and the files that it needs without the network. */
export interface Build {
  id: string
  files: string[]
}

const PREFIX = 'webchat-build '
/** Pages of the build before still run in other tabs, and load parts of it. */
const BUILDS_KEPT = 2
const FETCHES_AT_ONCE = 6
/** Milliseconds after which a page opens without the server. */
const PAGE_TIMEOUT_MS = 4_000
const FROM_ANY = { ignoreVary: true }

/**
 * Keeps the document and the files of a build. What another build has already is copied.
 * @throws when one of them cannot be loaded, or the server has another build: then the browser tries again later
 */
export async function keepBuild(scope: WorkerScope, { id, files }: Build): Promise<void> {
  try {
    const cache = await scope.caches.open(PREFIX + id)
    const shell = await scope.fetch(SHELL_PATH, { credentials: 'omit', cache: 'no-store' })
    if (!shell.ok || !(await shell.clone().text()).includes(id)) throw new Error('The server has another build.')
    const waiting = [...files]
    const keepSome = async () => {
      for (let file = waiting.pop(); file; file = waiting.pop()) {
        const answer = (await scope.caches.match(file, FROM_ANY)) ?? (await scope.fetch(file))
        if (!answer.ok) throw new Error(`${file} cannot be loaded.`)
        await cache.put(file, answer)
      }
    }
    await Promise.all(Array.from({ length: FETCHES_AT_ONCE }, keepSome))
    await cache.put(SHELL_PATH, shell)
  } catch (error) {
    await scope.caches.delete(PREFIX + id)
    throw error
  }
}

/** Removes the builds that no page can need any more. */
export async function removeOldBuilds(scope: WorkerScope): Promise<void> {
  const names = (await scope.caches.keys()).filter((name) => name.startsWith(PREFIX))
  await Promise.all(names.slice(0, -BUILDS_KEPT).map((name) => scope.caches.delete(name)))
}

/**
 * A page of the chat. The server's answer comes first: it knows whether the session is over. If it gives none in time, or
 * fails, the kept document opens with what this browser has stored.
 */
export async function answerPage(
  scope: WorkerScope,
  { id }: Build,
  request: Request,
  preloaded?: Promise<Response | undefined>,
): Promise<Response> {
  const asked = (async () => (await preloaded) ?? (await scope.fetch(request)))()
  const inTime = await within(PAGE_TIMEOUT_MS, asked).catch(() => null)
  if (inTime && inTime.status < 500) return inTime
  return (await scope.caches.match(SHELL_PATH, { cacheName: PREFIX + id, ...FROM_ANY })) ?? asked
}

/** A file of a build: the kept one, whichever build it is of. */
export async function answerFile(scope: WorkerScope, request: Request): Promise<Response> {
  return (await scope.caches.match(request, FROM_ANY)) ?? scope.fetch(request)
}
