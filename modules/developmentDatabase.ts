import { join, resolve } from 'node:path'
import { defineNuxtModule } from 'nuxt/kit'
import type { serveStore } from '../server/embedded/serve'
import { makePrivate } from '../server/privateData'

type Store = Awaited<ReturnType<typeof serveStore>>
const holder = globalThis as { webchatStore?: Promise<Store> }

/**
 * Development only: runs the embedded database in the process of the development server, beside Nitro's worker,
 * which restarts at every change. On `globalThis`, because a restart of Nuxt loads this file anew while the first
 * store still owns its folder.
 */
export default defineNuxtModule({
  meta: { name: 'development-database' },
  async setup(_options, nuxt) {
    if (!nuxt.options.dev || nuxt.options._prepare || process.env.MONGODB_URI) return
    const dataDir = resolve(nuxt.options.rootDir, process.env.DATA_DIR || '.data')
    process.umask(0o077)
    makePrivate(dataDir)
    const folder = join(dataDir, 'database')
    holder.webchatStore ??= import('../server/embedded/serve').then((embedded) => embedded.serveStore({ folder }))
    // One that failed to open must not be what the next try is given.
    holder.webchatStore.catch(() => delete holder.webchatStore)
    // Nitro's worker inherits the environment.
    process.env.WEBCHAT_DEVELOPMENT_DATABASE = (await holder.webchatStore).uri
  },
})
