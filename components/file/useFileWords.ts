import { summaryOf, type FileSummary } from '#shared/domain/attachments'
import { excerptOf } from '#shared/domain/messages'
import type { Message } from '#shared/schemas/message'
import { lengthOf } from '../common/duration'
import { useMentionNames } from '../common/useMentions'

/** Sums files up on one line: "3 photos", "Document: plan.pdf". Empty if there are none. */
export function useFileWords() {
  const { t } = useI18n()

  return function fileWords(files: FileSummary | null): string {
    if (!files) return ''
    if (files.name) return t(`fileWords.named.${files.kind}`, { name: files.name })
    if (files.durationMs) return t('voice.brief', { length: lengthOf(files.durationMs) })
    return t(`fileWords.${files.kind}`, { n: files.count }, files.count)
  }
}

/** Sums a message up on one line: the beginning of its text, or else its files. */
export function useBrief() {
  const fileWords = useFileWords()
  const named = useMentionNames()
  return ({ text, attachments }: Pick<Message, 'text' | 'attachments'>): string =>
    excerptOf(named(text)) || fileWords(summaryOf(attachments))
}
