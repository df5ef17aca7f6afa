import { defineStore } from 'pinia'
import { browserEnvironment } from '~/client/browser'
import { Client } from '~/client/client'

/**
 * Has the one client of this tab, which is everything below the stores. It is made at the first use, in the browser
 * only. It is a store, so that neither requests on the server nor two tabs in a test share a client.
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
