import type { ToWorker } from '#shared/worker'
import { Pictures } from './pictures'
import { listenToPushes } from './pushes'
import { kindOf } from './requests'
import type { WorkerScope } from './scope'
import { answerShare } from './share'
import { answerFile, answerPage, keepBuild, removeOldBuilds, type Build } from './shell'

/** The build that the worker belongs to. Null in development, where nothing is kept. Written by modules/serviceWorker. */
declare const BUILD: Build | null

const scope = self as unknown as WorkerScope
const build = BUILD
listenToPushes(scope)
if (build) serveWithoutNetwork(build)

function serveWithoutNetwork(build: Build): void {
  const pictures = new Pictures(scope)
  scope.addEventListener('install', (event) => event.waitUntil(keepBuild(scope, build)))
  scope.addEventListener('activate', (event) => {
    const preload = scope.registration.navigationPreload?.enable()
    event.waitUntil(Promise.all([preload, removeOldBuilds(scope), scope.clients.claim()]))
  })
  scope.addEventListener('fetch', (event) => {
    const { request } = event
    const kind = kindOf(request, scope.location.origin)
    if (kind === 'page') event.respondWith(answerPage(scope, build, request, event.preloadResponse))
    if (kind === 'file') event.respondWith(answerFile(scope, request))
    if (kind === 'share') event.respondWith(answerShare(scope, request))
    if (kind === 'picture') event.respondWith(pictures.answer(request, (work) => event.waitUntil(work)))
  })
  // A newer worker waits until the pages of the older one are gone, or until somebody wants it.
  scope.addEventListener('message', (event) => {
    const { kind } = event.data as ToWorker
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port has no origin
    if (kind === 'build') event.ports[0]?.postMessage(build.id)
    if (kind === 'activate') event.waitUntil(scope.skipWaiting())
  })
}
