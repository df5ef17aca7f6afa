import { setTimeout as sleep } from 'node:timers/promises'
import { defineNuxtModule } from 'nuxt/kit'

/** What Nuxt gives to its `listen` hook: the listener of listhen. */
interface Listener {
  url: string
  showURL(): Promise<void>
}

const FIRST_PAGE = '/login'
const RETRY_MS = 100

/** Kept over restarts of Nuxt, which load this file anew. */
const state = globalThis as { webchatIsReady?: true }

/**
 * Development only: asks for the first page and every script of the app, as a browser does, so that all of it is
 * compiled before anybody waits for it. Prints the address after that; scripts/dev.mjs holds it back until then.
 */
export default defineNuxtModule({
  meta: { name: 'development-warmup' },
  setup(_options, nuxt) {
    if (!nuxt.options.dev || nuxt.options._prepare) return
    const started = performance.now()
    nuxt.hook('listen', (_server, listener: Listener) => {
      void warmUp(listener.url)
        .catch((error: unknown) => console.warn('The first page was not compiled ahead:', error))
        .then(() => announce(listener, performance.now() - started))
    })
  },
})

async function announce(listener: Listener, milliseconds: number): Promise<void> {
  if (state.webchatIsReady) return
  state.webchatIsReady = true
  console.log(`\nWebChat is ready after ${Math.round(milliseconds / 1000)} s.`)
  await listener.showURL()
}

/** Fetches the first page, as soon as there is one, and all that it loads. */
async function warmUp(origin: string): Promise<void> {
  const seen = new Set<string>()
  const visit = async (path: string, text: string): Promise<void> => {
    const found = addressesIn(text).filter((address) => !seen.has(address))
    for (const address of found) seen.add(address)
    await Promise.all(
      found.map(async (address) => visit(address, await (await fetch(new URL(address, origin))).text())),
    )
  }
  await visit(FIRST_PAGE, await firstPage(new URL(FIRST_PAGE, origin)))
}

/** The text of the first page. Nuxt answers 503 with a page of its own until it can answer. */
async function firstPage(address: URL): Promise<string> {
  for (;;) {
    const response = await fetch(address)
    if (response.status !== 503) return response.text()
    await sleep(RETRY_MS)
  }
}

/** The addresses of the scripts and stylesheets that a page or a script loads; a component's styles come with it. */
function addressesIn(text: string): string[] {
  return [...text.matchAll(/(?:src=|href=|from\s*|import[\s(]*)["'](\/_nuxt\/[^"'\s]+)["']/g)]
    .map((match) => match[1]!)
    .filter((address) => !address.includes('type=style'))
}
