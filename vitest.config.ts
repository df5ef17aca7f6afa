import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  resolve: { alias: { '#shared': here('./shared'), '~': here('.') } },
  test: {
    include: ['tests/**/*.test.ts'],
    // Bounds for what hangs: a test that is only slow, on a busy machine, passes.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    // As for the browser: a race is named at the end of `npm test`, and fails on a developer's machine.
    retry: process.env.CI ? 1 : 0,
    expect: { poll: { timeout: 30_000 } },
    // Most of a test is waiting: for a server, a database, a browser.
    maxWorkers: 3,
  },
})
