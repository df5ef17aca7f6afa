import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import { readReactionUses, writeReactionUses } from '~/client/storage/reactionUses'
import { useSessionStore } from './session'
import { useTab } from './tab'

/** The most used emoji that are offered first. */
const MAX_OFFERED = 24
const TONE_KEY = 'webchat-skin-tone'
/** The skin tones that Unicode has. 0: none, the yellow of the emoji itself. */
const MAX_TONE = 5

/** Which emoji I use in this browser, in messages and as reactions, and in which skin tone. */
export const useEmojiStore = defineStore('emoji', () => {
  const tab = useTab()
  const session = useSessionStore()
  /** Grows with each use, because the browser's storage tells nobody. */
  const uses = ref(0)
  const chosenTone = ref<number | null>(null)

  /** The emoji that I use most, read once for each person. */
  const used = computed<string[]>(() => {
    const userId = session.me?.id
    if (!userId || uses.value < 0) return []
    const counts = readReactionUses(tab.client().environment.storage, userId)
    return [...counts]
      .toSorted(([, one], [, other]) => other - one)
      .map(([emoji]) => emoji)
      .slice(0, MAX_OFFERED)
  })

  function countUse(emoji: string): void {
    if (!session.me) return
    const { storage } = tab.client().environment
    const counts = readReactionUses(storage, session.me.id)
    writeReactionUses(storage, session.me.id, counts.set(emoji, (counts.get(emoji) ?? 0) + 1))
    uses.value++
  }

  /** My skin tone, from 0 to 5. */
  const tone = computed({
    get: () => chosenTone.value ?? kept(),
    set(next) {
      chosenTone.value = next
      tab.client().environment.storage.set(TONE_KEY, String(next))
    },
  })

  function kept(): number {
    const stored = Number(tab.client().environment.storage.get(TONE_KEY))
    return Number.isInteger(stored) && stored > 0 && stored <= MAX_TONE ? stored : 0
  }

  return { used, countUse, tone }
})
