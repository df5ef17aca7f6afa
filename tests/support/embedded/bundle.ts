import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'
import { afterAll } from 'vitest'

/**
 * Bundles `storeProcess.ts` to a file that node can run. The file is inside the project, so that node finds the package
 * lmdb.
 */
export async function bundleStoreProcess(): Promise<string> {
  const cache = fileURLToPath(new URL('../../../node_modules/.cache', import.meta.url))
  mkdirSync(cache, { recursive: true })
  const outDir = mkdtempSync(join(cache, 'store-process-'))
  afterAll(() => rmSync(outDir, { recursive: true, force: true }))
  await build({
    configFile: false,
    logLevel: 'error',
    root: fileURLToPath(new URL('./', import.meta.url)),
    ssr: { noExternal: ['bson'] },
    build: {
      ssr: 'storeProcess.ts',
      outDir,
      emptyOutDir: true,
      target: 'node20',
      minify: false,
      rollupOptions: { output: { entryFileNames: 'store.mjs' } },
    },
  })
  return join(outDir, 'store.mjs')
}
