import { defineNuxtModule } from 'nuxt/kit'
import type { Rollup } from 'vite'

/** What a chat needs before it can be shown. */
const CHAT = ['/layouts/chat.vue', '/pages/index.vue', '/pages/c/[id].vue']
/** Pages that people see before they have signed in. They must not load the chat. */
const OUTSIDE = ['/layouts/auth.vue', '/pages/login.vue', '/pages/register.vue', '/pages/invite/[token].vue']

/**
 * Production only: puts what every chat loads into one script. Fifty small ones, one for each icon and each part that
 * another page also uses, compress worse and take a request each.
 */
export default defineNuxtModule({
  meta: { name: 'chat-chunk' },
  setup(_options, nuxt) {
    if (nuxt.options.dev) return
    nuxt.hook('vite:extendConfig', (config, { isClient }) => {
      const output = config.build?.rollupOptions?.output
      if (!isClient || !output || Array.isArray(output)) return
      let inChat: Set<string> | undefined
      output.onlyExplicitManualChunks = true
      output.manualChunks = (id, graph) => ((inChat ??= modulesOfChat(graph)).has(id) ? 'chat' : undefined)
    })
  },
})

function modulesOfChat({ getModuleIds, getModuleInfo }: Rollup.ManualChunkMeta): Set<string> {
  const ids = [...getModuleIds()]
  const endingIn = (endings: readonly string[]) => ids.filter((id) => endings.some((ending) => id.endsWith(ending)))
  const elsewhere = new Set<string>()
  const entries = ids.filter((id) => getModuleInfo(id)?.isEntry)
  for (const id of [...entries, ...endingIn(OUTSIDE)]) collect(id, elsewhere)
  const inChat = new Set<string>()
  for (const id of endingIn(CHAT)) collect(id, inChat)
  return new Set([...inChat].filter((id) => !elsewhere.has(id)))

  function collect(id: string, into: Set<string>): void {
    if (into.has(id)) return
    into.add(id)
    for (const imported of getModuleInfo(id)?.importedIds ?? []) collect(imported, into)
  }
}
