import { listenToHistory, startLayers } from '~/composables/useLayer'

/** Lets going back close what lies over the page. */
export default defineNuxtPlugin({
  name: 'layers',
  // Before the router's own plugin: listeners of the window are called in the order they came.
  order: -50,
  setup(nuxtApp) {
    listenToHistory()
    nuxtApp.hook('app:created', () => startLayers(useRouter()))
  },
})
