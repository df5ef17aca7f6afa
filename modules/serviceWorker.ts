import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { fileURLToPath } from 'node:url'
import { defineNuxtModule } from 'nuxt/kit'
import { build as bundle } from 'vite'
import { precached } from '../worker/precache'
import type { Build } from '../worker/shell'

const ENTRY = fileURLToPath(new URL('../worker/main.ts', import.meta.url))
const FILE = 'service-worker.js'

/**
 * Builds the service worker (worker/) beside the other public files, with the list of what it keeps: every file that the
 * page's build has made, and the words of all languages. In development the list would be wrong with each change, so the worker only shows pushes.
 */
export default defineNuxtModule({
  meta: { name: 'service-worker' },
  async setup(_options, nuxt) {
    if (nuxt.options._prepare) return
    const { rootDir } = nuxt.options
    if (nuxt.options.dev) {
      const folder = `${nuxt.options.buildDir}/serviceWorker`
      await buildWorker(rootDir, folder, null)
      nuxt.hook('nitro:config', (config) => {
        config.publicAssets = [...(config.publicAssets ?? []), { dir: folder, maxAge: 0 }]
      })
      return
    }
    nuxt.hook('nitro:build:public-assets', async ({ options: { output, replace } }) => {
      const names = readdirSync(output.publicDir, { recursive: true, encoding: 'utf8' })
      const files = [...precached(names), ...words(replace.__I18N_LOCALE_HASHES__)]
      await buildWorker(rootDir, output.publicDir, { id: nuxt.options.buildId, files })
      // Nitro has compressed the others by now.
      const made = readFileSync(`${output.publicDir}/${FILE}`)
      writeFileSync(`${output.publicDir}/${FILE}.br`, brotliCompressSync(made))
      writeFileSync(`${output.publicDir}/${FILE}.gz`, gzipSync(made, { level: 9 }))
    })
  },
})

/** The addresses of the words of each language. @param hashes by language, as @nuxtjs/i18n writes them into the build */
function words(hashes: unknown): string[] {
  if (typeof hashes !== 'string') throw new Error('@nuxtjs/i18n names no hashes any more: the app would have no words.')
  return Object.entries(JSON.parse(hashes) as Record<string, string>).map(
    ([language, hash]) => `/_i18n/${hash}/${language}/messages.json`,
  )
}

async function buildWorker(root: string, outDir: string, build: Build | null): Promise<void> {
  await bundle({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    // Ours extends one that Nuxt writes, which a fresh clone does not have yet.
    esbuild: { tsconfigRaw: '{}' },
    resolve: { alias: { '#shared': `${root}/shared` } },
    define: { BUILD: JSON.stringify(build) },
    build: {
      outDir,
      emptyOutDir: false,
      copyPublicDir: false,
      target: 'es2022',
      lib: { entry: ENTRY, formats: ['iife'], name: 'worker', fileName: () => FILE },
    },
  })
}
