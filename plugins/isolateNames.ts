import { withIsolatedTexts } from '#shared/domain/bidi'

type Translate = (...parts: unknown[]) => string

/** Fills sentences with names so that one written from right to left does not turn the sentence around. */
export default defineNuxtPlugin({
  name: 'isolate-names',
  dependsOn: ['i18n:plugin'],
  setup(nuxtApp) {
    const i18n = nuxtApp.$i18n as { t: Translate }
    const translate = i18n.t
    i18n.t = (key, ...values) => translate(key, ...values.map(withIsolatedTexts))
  },
})
