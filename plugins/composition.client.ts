/**
 * Keys that are pressed while a word is composed belong to the keyboard's composition (Vietnamese, Japanese, Chinese,
 * Android keyboards …): Enter chooses the word and sends nothing, Escape gives it up and closes nothing. Stopped here
 * for the whole page, before anybody who listens; the browser itself is not disturbed.
 */
export default defineNuxtPlugin(() => {
  window.addEventListener(
    'keydown',
    (event) => {
      // Safari ends the composition before it tells of the key that ended it, and marks that key with 229.
      if (event.isComposing || event.keyCode === 229) event.stopImmediatePropagation()
    },
    { capture: true },
  )
})
