import type { FileSummary } from '#shared/domain/attachments'
import type { Language } from '#shared/domain/languages'
import en from '../../../i18n/locales/en.json'
import vi from '../../../i18n/locales/vi.json'

const LOCALES = { en, vi } as const

/** The words of notifications in a language. */
export function wordsOf(language: Language) {
  const { fileWords, notifications, person, voice } = LOCALES[language]
  return {
    /** What a notification says that must not show the message. */
    newMessage: notifications.newMessage,
    someone: person.unknown,
    /** Sums files up on one line. Empty if there are none. */
    files(files: FileSummary | null): string {
      if (!files) return ''
      if (files.name && (files.kind === 'document' || files.kind === 'audio'))
        return fill(fileWords.named[files.kind], { name: files.name })
      if (files.durationMs) return fill(voice.brief, { length: lengthOf(files.durationMs) })
      return fill(choose(fileWords[files.kind], files.count), { n: files.count })
    },
  }
}

/** Puts values into a sentence. */
function fill(sentence: string, values: Record<string, string | number>): string {
  return sentence.replace(/\{(\w+)\}/g, (_, name: string) => String(values[name] ?? ''))
}

/** The form of a sentence for a number, from "one | more" or "none | one | more". */
function choose(sentence: string, n: number): string {
  const forms = sentence.split('|').map((form) => form.trim())
  return forms.length > 2 ? forms[Math.min(n, 2)]! : (forms[n === 1 ? 0 : 1] ?? forms[0]!)
}

function lengthOf(milliseconds: number): string {
  const seconds = Math.max(1, Math.round(milliseconds / 1_000))
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`
}
