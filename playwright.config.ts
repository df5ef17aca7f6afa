import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '**/*.e2e.ts',
  outputDir: 'test-results/browser',
  // Bounds for what hangs: a test that is only slow, on a busy machine, passes.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  fullyParallel: false,
  // Each file has a server of its own, and most of a test is waiting.
  workers: 3,
  // In CI a race stops nobody: `npm test` names it at the end. On a developer's machine it fails.
  retries: process.env.CI ? 1 : 0,
  forbidOnly: true,
  use: {
    viewport: { width: 1280, height: 800 },
    locale: 'en-GB',
    // A worker would load the whole app in each test, and keep requests from being replaced. Its own tests allow it.
    serviceWorkers: 'block',
    // A trace costs a third of the time: --trace retain-on-failure, when a failure has to be understood.
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.CHROMIUM_PATH || undefined,
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--use-fake-device-for-media-stream',
        '--use-fake-ui-for-media-stream',
        '--autoplay-policy=no-user-gesture-required',
      ],
    },
  },
})
