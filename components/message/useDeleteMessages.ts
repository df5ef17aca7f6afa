import type { Message } from '#shared/schemas/message'
import { useMessagesStore } from '~/stores/messages/messages'
import { problemKey } from '../common/useAttempt'
import { useNumbers } from '../common/useNumbers'
import { useToasts } from '../common/useToasts'

/** Deletes messages for everyone, which can be undone for some seconds. Called in setup. */
export function useDeleteMessages() {
  const { t } = useI18n()
  const { counted } = useNumbers()
  const { toast } = useToasts()
  const messages = useMessagesStore()

  return function deleteMessages(list: readonly Message[]): void {
    const { undo, sendNow, done } = messages.removeSoon(list)
    const action = { label: t('common.undo'), run: undo, onClose: sendNow }
    toast(counted('message.deletedCount', list.length), 'done', action)
    done.catch((thrown: unknown) => toast(t(problemKey(thrown)), 'problem'))
  }
}
