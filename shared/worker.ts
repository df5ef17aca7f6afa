/** What the pages and their service worker (`worker/`) agree on. */

export const WORKER_PATH = '/service-worker.js'
/** The document of all pages of the chat, for everybody. */
export const SHELL_PATH = '/shell'
/** The cache of pictures that were seen. A page makes it when somebody signs in, and removes it when they leave. */
export const PICTURE_CACHE = 'webchat-pictures'
/** Where other apps send what is shared with this one, and the cache in which it waits for the page. */
export const SHARE_PATH = '/share'
export const SHARE_CACHE = 'webchat-shared'

/** What a page tells a worker. `build`: it wants to know the worker's build, on the port that comes along. */
export type ToWorker = { kind: 'activate' } | { kind: 'build' }
/** What a worker tells a page: somebody has pressed the notification of a message. */
export type FromWorker = { kind: 'open'; conversationId: string; seq: number }
