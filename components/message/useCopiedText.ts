import { withNames } from '#shared/domain/text/mentions'
import type { Message } from '#shared/schemas/message'
import { copyText } from '../common/useCopying'
import { useFaces } from '../common/useFaces'
import { fullTime } from '../common/times'
import { useToasts } from '../common/useToasts'
import { useFileWords } from '../file/useFileWords'
import { summaryOf } from '#shared/domain/attachments'

/** Copies texts, and says whether that worked. Called in setup. */
export function useCopy() {
  const { t } = useI18n()
  const { toast } = useToasts()

  return async function copy(text: string): Promise<void> {
    const done = await copyText(text)
    toast(t(done ? 'message.copied' : 'message.copyFailed'), done ? 'done' : 'problem')
  }
}

/** Puts messages into a text with names and times. Called in setup. @param messages those that are going to be copied */
export function useCopiedText(messages: () => readonly Message[]) {
  const { locale } = useI18n()
  const face = useFaces(() => messages().flatMap(({ senderId, mentions }) => [senderId, ...mentions]))
  const fileWords = useFileWords()

  return function textOf(): string {
    const paragraphs = messages().map(({ senderId, createdAt, text, attachments }) => {
      const words = withNames(text, (id) => face(id).label)
      const lines = [words, fileWords(summaryOf(attachments))].filter(Boolean)
      return `${face(senderId).label}, ${fullTime(createdAt, locale.value)}\n${lines.join('\n')}`
    })
    return paragraphs.join('\n\n')
  }
}
