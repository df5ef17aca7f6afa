import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import tailwindcss from '@tailwindcss/vite'

/**
 * The files of lmdb, which tracing cannot see: it is required, not imported, and picks its binary by a name made at run
 * time. All binaries that fit this machine are named, for whichever Node runs the output.
 */
function lmdbFiles(): string[] {
  const modules = fileURLToPath(new URL('./node_modules', import.meta.url))
  const folder = `${modules}/@lmdb/lmdb-${process.platform}-${process.arch}`
  const binaries = existsSync(folder) ? readdirSync(folder).filter((file) => /\.(node|js|json)$/.test(file)) : []
  return [`${modules}/lmdb/dist/index.cjs`, ...binaries.map((file) => `${folder}/${file}`)]
}

/** The commit that is built, in full: what the build was told (an image's build has no repository), or what Git says. */
function commit(): string {
  if (process.env.COMMIT) return process.env.COMMIT
  const asked = spawnSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' })
  return asked.status === 0 ? asked.stdout.trim() : ''
}

export default defineNuxtConfig({
  compatibilityDate: '2026-11-01',
  devtools: { enabled: false },
  telemetry: false,
  modules: [
    './modules/developmentDatabase',
    './modules/developmentSockets',
    './modules/developmentWarmup',
    './modules/scriptNonce',
    './modules/chatChunk',
    './modules/filesWorker',
    './modules/serviceWorker',
    './modules/tools',
    '@pinia/nuxt',
    '@nuxtjs/i18n',
    '@nuxtjs/color-mode',
  ],
  css: ['~/assets/main.css'],

  // Our own modules are imported by hand, so that the graph of imports stays visible to readers and to the linter.
  imports: { scan: false },
  components: [{ path: '~/components', extensions: ['vue'] }],
  pinia: { storesDirs: [] },
  nitro: {
    imports: { autoImport: true, dirs: ['server/utils'] },
    experimental: { websocket: true },
    // Each script and stylesheet lies beside itself as .br and .gz, made once, at the highest level.
    compressPublicAssets: { brotli: true, gzip: true },
    externals: { traceInclude: lmdbFiles() },
    esbuild: { options: { target: 'es2022' } },
    typescript: { strict: true },
    replace: { 'process.env.WEBCHAT_COMMIT': JSON.stringify(commit()) },
  },
  $development: { serverHandlers: [{ route: '/dev/outbox', handler: '~/server/dev/outbox.ts' }] },
  $production: {
    nitro: {
      entry: fileURLToPath(new URL('./server/entry.node.ts', import.meta.url)),
      errorHandler: fileURLToPath(new URL('./server/errorHandler.ts', import.meta.url)),
    },
  },

  hooks: {
    // A build that is done sometimes stays, kept by a compiler's child process; unref'd, this only ends one that does.
    close: (nuxt) => {
      if (!nuxt.options.dev) setTimeout(() => process.exit(), 5_000).unref()
    },
  },

  // Chat pages live in the browser; login and registration are rendered on the server and work without script.
  routeRules: {
    '/': { ssr: false },
    '/c/**': { ssr: false },
    '/saved': { ssr: false },
    '/settings/**': { ssr: false },
    // What the service worker keeps in place of them.
    '/shell': { ssr: false },
  },

  app: {
    head: {
      htmlAttrs: { lang: 'en' },
      viewport: 'width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content',
      title: 'WebChat',
      meta: [
        { name: 'theme-color', content: '#ffffff', media: '(prefers-color-scheme: light)' },
        { name: 'theme-color', content: '#17191c', media: '(prefers-color-scheme: dark)' },
      ],
      link: [
        { key: 'icon', rel: 'icon', href: '/favicon.svg', type: 'image/svg+xml' },
        { rel: 'apple-touch-icon', href: '/icons/apple-touch-icon.png' },
      ],
    },
  },

  colorMode: { classSuffix: '', storage: 'cookie', preference: 'system', fallback: 'light' },
  i18n: {
    strategy: 'no_prefix',
    defaultLocale: 'en',
    bundle: { fullInstall: false },
    locales: [
      { code: 'en', language: 'en', name: 'English', file: 'en.json' },
      { code: 'vi', language: 'vi', name: 'Tiếng Việt', file: 'vi.json' },
    ],
    detectBrowserLanguage: { useCookie: true, cookieKey: 'webchat_locale', fallbackLocale: 'en' },
  },

  // Nuxt would load the page again by itself, also while somebody records. ConnectionUpdate asks instead.
  experimental: { emitRouteChunkError: 'manual' },
  // A stylesheet of its own is cached once; inlined it was three quarters of the login page.
  features: { inlineStyles: false },
  typescript: { strict: true, tsConfig: { compilerOptions: { noUncheckedIndexedAccess: true } } },
  vite: {
    plugins: [tailwindcss()],
    // Neither WebChat nor a library that it uses has components with the options API.
    define: { __VUE_OPTIONS_API__: 'false' },
    build: { target: 'es2022' },
    // Otherwise they are found one page at a time in development, and each find reloads the page.
    optimizeDeps: {
      include: [
        '@lucide/vue',
        '@vueuse/core',
        '@zxcvbn-ts/language-common',
        'fflate',
        'idb',
        'linkify-it',
        'lowlight',
        'markdown-it',
        'reka-ui',
        'uqr',
        'virtua/vue',
        'zod',
      ],
    },
  },
})
