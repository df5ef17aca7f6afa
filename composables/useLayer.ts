import { nextTick, onScopeDispose, watch } from 'vue'
import type { Router } from 'vue-router'

/** Something over the page that going back closes: a dialog, a menu or the lightbox. */
interface Layer {
  isOpen: () => boolean
  close: () => void
  /** Whether it lies over the page, and has its keys. */
  covers: boolean
}

/** Milliseconds that a step through the history may take. */
const STEP_TIMEOUT_MS = 2_000

/** Open layers, the topmost last. Each has one entry of its own in the browser's history. */
const layers: Layer[] = []
/** A step through the history that was asked for and is not done yet. */
let step: Promise<void> | null = null
let stepDone = () => {}

/** The number of layers of the current history entry. */
const depth = () => Number((history.state as { layers?: number } | null)?.layers ?? 0)

function setDepth(how: 'pushState' | 'replaceState', layersNow: number) {
  // The router keeps its own notes in the same object.
  history[how]({ ...history.state, layers: layersNow }, '')
}

/**
 * Makes going back close this layer while it is open, instead of leaving the page. Called in setup.
 * @param close closes the layer. If it does not, the layer stays, and going back asks again.
 * @param covers false for a state of the page itself, which leaves the keys to it
 */
export function useLayer(isOpen: () => boolean, close: () => void, covers = true): void {
  let isThere = true
  const layer = { isOpen: () => isThere && isOpen(), close, covers }
  watch(
    isOpen,
    (open) => {
      if (open) add(layer)
      else remove(layer)
    },
    { immediate: true, flush: 'sync' },
  )
  onScopeDispose(() => {
    isThere = false
    remove(layer)
  })
}

/** Whether anything lies over the page. */
export function isLayerOpen(): boolean {
  return layers.some(({ covers }) => covers)
}

function add(layer: Layer) {
  if (layers.includes(layer)) return
  layers.push(layer)
  void nextTick(settle)
}

function remove(layer: Layer) {
  const at = layers.indexOf(layer)
  if (at < 0) return
  layers.splice(at, 1)
  // A menu that opens a dialog closes as the dialog opens, so the entry stays.
  void nextTick(settle)
}

/** Gives the history as many entries as there are layers. */
function settle() {
  if (step) return
  while (depth() < layers.length) setDepth('pushState', depth() + 1)
  if (depth() === layers.length) return
  const asked = new Promise<void>((resolve) => (stepDone = resolve))
  step = asked
  history.go(layers.length - depth())
  setTimeout(() => {
    if (step === asked) giveUp()
  }, STEP_TIMEOUT_MS)
}

/** There is no entry to go to, because a browser may restore a single entry of a history. */
function giveUp() {
  setDepth('replaceState', layers.length)
  step = null
  stepDone()
}

/** The reader, or `settle`, went through the history. */
async function onStep(event: PopStateEvent) {
  if (step) {
    // The page stays the same. The router would take the event for a navigation, and cancel the one under way.
    event.stopImmediatePropagation()
    step = null
    stepDone()
    return settle()
  }
  const left = layers.splice(depth())
  // An entry whose layer is gone (after a reload, or forward) is left at once.
  if (left.length === 0) return settle()
  for (const layer of left.toReversed()) layer.close()
  await nextTick()
  // A layer that stays gets its entry back.
  layers.push(...left.filter((layer) => layer.isOpen() && !layers.includes(layer)))
  settle()
}

/**
 * Listens to steps through the history. Called once, in the browser, before the router listens: it must not see ours.
 */
export function listenToHistory(): void {
  window.addEventListener('popstate', (event) => void onStep(event))
}

/** Connects layers with the pages. Called once, after `listenToHistory`. */
export function startLayers(router: Router): void {
  router.beforeEach(async (to, from) => {
    if (to.fullPath === from.fullPath) return
    while (step) await step
    if (depth() === 0) return
    // Another page replaces the entry of the topmost layer, so that going back from there leads to this page itself.
    for (const layer of layers.splice(0).toReversed()) layer.close()
    setDepth('replaceState', 0)
    return { path: to.path, query: to.query, hash: to.hash, replace: true }
  })
  settle()
}
