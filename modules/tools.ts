import { chmodSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { defineNuxtModule } from 'nuxt/kit'
import { build } from 'vite'

const ENTRY = fileURLToPath(new URL('../server/tools/main.ts', import.meta.url))
const FILE = 'webchat.mjs'

/**
 * Builds the tools for a data folder (server/tools) into a program of their own beside the server: `webchat` in the
 * image, `npm run data --` in the clone. What the server's output has as packages stays there.
 */
export default defineNuxtModule({
  meta: { name: 'tools' },
  setup(_options, nuxt) {
    if (nuxt.options._prepare || nuxt.options.dev) return
    nuxt.hook('nitro:init', (nitro) => {
      nitro.hooks.hook('compiled', async () => {
        await buildTools(nuxt.options.rootDir, nitro.options.output.serverDir, nitro.options.replace)
      })
    })
  },
})

/** @param replace what Nitro writes in the place of the names of constants */
async function buildTools(root: string, outDir: string, replace: object): Promise<void> {
  const { version } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8')) as { version: string }
  await build({
    root,
    configFile: false,
    publicDir: false,
    logLevel: 'warn',
    define: { ...replace, 'process.env.WEBCHAT_VERSION': JSON.stringify(version) },
    ssr: { noExternal: true, external: ['bson', 'lmdb', 'mongodb', 'zod'] },
    build: {
      ssr: ENTRY,
      outDir,
      emptyOutDir: false,
      target: 'es2022',
      rollupOptions: { output: { entryFileNames: FILE } },
    },
  })
  chmodSync(`${outDir}/${FILE}`, 0o755)
}
