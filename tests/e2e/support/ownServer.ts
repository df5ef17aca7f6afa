import { test } from '@playwright/test'
import { startServer, type TestServer } from '../../support/server'

/** The server of one file, which is there while its tests run. */
export function ownServer(environment?: Record<string, string>): { readonly url: string } {
  let server: TestServer | undefined
  test.beforeAll(async () => {
    server = await startServer(environment)
  })
  test.afterAll(() => server?.discard())
  return {
    get url() {
      return server!.url
    },
  }
}
