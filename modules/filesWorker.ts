import { fileURLToPath } from 'node:url'
import { defineNuxtModule } from 'nuxt/kit'

const ENTRY = fileURLToPath(new URL('../server/services/files/worker/main.ts', import.meta.url))
/** What the worker shares with the server. On its own, because Rollup would put it in with all of the server. */
const SHARED = /\/shared\/(?:errors|limits)\.ts$/

/**
 * Builds the process that opens files (server/services/files/worker) into a file of its own beside the server's, in
 * development as in production: Nitro itself builds one entry.
 */
export default defineNuxtModule({
  meta: { name: 'files-worker' },
  setup(_options, nuxt) {
    nuxt.hook('nitro:init', (nitro) => {
      nitro.hooks.hook('rollup:before', (_nitro, config) => {
        const { manualChunks } = config.output
        config.output.manualChunks = (id, meta) => {
          if (SHARED.test(id)) return 'shared'
          return typeof manualChunks === 'function' ? manualChunks(id, meta) : undefined
        }
        config.plugins = [
          config.plugins,
          {
            name: 'files-worker',
            buildStart() {
              this.emitFile({ type: 'chunk', id: ENTRY, fileName: 'filesWorker.mjs' })
            },
          },
        ]
      })
    })
  },
})
