import { defineStore } from 'pinia'
import { browserEnvironment } from '~/client/browser'
import { Client } from '~/client/client'

/**
 * Holds the one client of this tab: the plumbing below the stores. Made at the first use, in the browser only; a store,
 * so that neither requests on the server nor two tabs in a test share one.
 */
export const useTab = defineStore('tab', () => {
  let made: Client | null = null
  return {
    client: () => (made ??= new Client(browserEnvironment())),
    /** Replaces it by a client with another environment: for tests. */
    install(client: Client) {
      made = client
    },
  }
})
