import { fileURLToPath } from 'node:url'
import { defineNuxtModule } from 'nuxt/kit'

const OPTIONS = '#internal/unhead-options.mjs'
const ORIGINAL = '#internal/unhead-options-of-nuxt.mjs'

/** Production only: adds server/headNonce to the plugins of every page's head, of pages without server rendering too. */
export default defineNuxtModule({
  meta: { name: 'script-nonce' },
  setup(_options, nuxt) {
    if (nuxt.options.dev) return
    const plugin = fileURLToPath(new URL('../server/headNonce.ts', import.meta.url))
    nuxt.hook('nitro:init', ({ options: { virtual } }) => {
      const original = virtual[OPTIONS]
      if (original === undefined) throw new Error(`Nuxt has no ${OPTIONS} any more: scripts would have no nonce.`)
      virtual[ORIGINAL] = original
      virtual[OPTIONS] = `import options from '${ORIGINAL}'
import { headNonce } from ${JSON.stringify(plugin)}
export default { ...options, plugins: [...(options.plugins ?? []), headNonce] }`
    })
  },
})
