import { expect, test as base, type BrowserContext, type BrowserContextOptions, type Page } from '@playwright/test'
import { PASSWORD, type Person } from '../../support/person'

/** What pages say when something is wrong, and what of it a test expects. */
class Problems {
  readonly found: string[] = []
  /** Whoever is not signed in is told so, which the browser's console calls an error. Most tests have no worker. */
  private readonly expected: RegExp[] = [
    /status of 401 .*\/api\/(me|auth\/refresh)$/,
    /Service Worker registration blocked by Playwright/,
  ]

  /** From here on, lines of this kind are part of what is tested. */
  expect(...kinds: RegExp[]): void {
    this.expected.push(...kinds)
  }

  watch(context: BrowserContext): void {
    context.on('weberror', (error) => this.note(`page error: ${error.error().stack ?? error.error().message}`))
    context.on('console', (line) => {
      const isBad = line.type() === 'error' || line.type() === 'warning'
      if (isBad) this.note(`${line.type()}: ${line.text()} ${line.location().url}`)
    })
  }

  private note(line: string): void {
    if (!this.expected.some((kind) => kind.test(line))) this.found.push(line)
  }
}

/** What is said when a server cannot be reached. */
export const UNREACHABLE = [/net::ERR_/, /WebSocket connection to .* failed/, /Error fetching app manifest/]

interface Fixtures {
  problems: Problems
  /** A browser of its own with one page: signed in as a person, or at an address as nobody. */
  open: (who: Person | string, path?: string, options?: BrowserContextOptions) => Promise<Page>
}

export const test = base.extend<Fixtures>({
  // oxlint-disable-next-line no-empty-pattern -- Playwright reads the pattern
  problems: async ({}, use) => {
    const problems = new Problems()
    await use(problems)
    expect(problems.found).toEqual([])
  },

  open: async ({ browser, problems }, use) => {
    const contexts: BrowserContext[] = []
    await use(async (who, path = '/', options = {}) => {
      const baseURL = typeof who === 'string' ? who : who.baseUrl
      const context = await browser.newContext({ baseURL, ...options })
      contexts.push(context)
      problems.watch(context)
      if (typeof who !== 'string') {
        const data = { login: who.user.username, password: PASSWORD }
        expect((await context.request.post('/api/auth/login', { data })).status()).toBe(200)
      }
      const page = await context.newPage()
      await page.goto(path)
      return page
    })
    await Promise.all(contexts.map((context) => context.close()))
  },
})

export { expect } from '@playwright/test'
