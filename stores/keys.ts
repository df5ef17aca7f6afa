import { defineStore } from 'pinia'
import { keyRequests } from '~/client/http/keys'
import { useTab } from './tab'

/** What opens an account: mailed links and the second factor. It keeps nothing. Every function throws ApiError. */
export const useKeysStore = defineStore('keys', () => {
  const tab = useTab()
  return { requests: () => keyRequests(tab.client().api) }
})
