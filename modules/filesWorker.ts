import { fileURLToPath } from 'node:url'
import { defineNuxtModule } from 'nuxt/kit'
import { build } from 'vite'

const ENTRY = fileURLToPath(new URL('../server/services/files/worker/main.ts', import.meta.url))
const FILE = 'filesWorker.mjs'
/** What the worker shares with the server. On its own, because Rollup would put it in with all of the server. */
const SHARED =
  /\/shared\/(?:errors|limits)\.ts$|\/files\/worker\/(?:limits|protocol|web\/(?:publicAddress|request))\.ts$/

/**
 * Builds the process that opens files (server/services/files/worker) into a file of its own. In production it stands
 * beside the server's, as a second entry of the same bundle: Nitro itself builds one. In development Nitro's bundle is
 * one file and cannot have a second, so it is built apart, once: a change of the worker needs a new start.
 */
export default defineNuxtModule({
  meta: { name: 'files-worker' },
  async setup(_options, nuxt) {
    if (nuxt.options._prepare) return
    if (nuxt.options.dev) {
      // Nitro's worker inherits the environment.
      process.env.WEBCHAT_DEVELOPMENT_FILES_WORKER = await buildApart(
        nuxt.options.rootDir,
        `${nuxt.options.buildDir}/filesWorker`,
      )
      return
    }
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
              this.emitFile({ type: 'chunk', id: ENTRY, fileName: FILE })
            },
          },
        ]
      })
    })
  },
})

/** @returns the file that was built */
async function buildApart(root: string, outDir: string): Promise<string> {
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    // Ours extends one that Nuxt writes, which a fresh clone does not have yet.
    esbuild: { tsconfigRaw: '{}' },
    resolve: { alias: { '#shared': `${root}/shared` } },
    build: { ssr: ENTRY, outDir, target: 'es2022', rollupOptions: { output: { entryFileNames: FILE } } },
  })
  return `${outDir}/${FILE}`
}
