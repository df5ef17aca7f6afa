import { onScopeDispose } from 'vue'
import { useConversationsStore } from '~/stores/conversations'
import { useScheduledStore } from '~/stores/scheduled'
import { titleOf } from '../common/conversationTitle'
import { useToasts } from '../common/useToasts'

/** Tells the author, on whatever page, that a scheduled message was not sent. Called once, in setup. */
export function useRefusedScheduled(): void {
  const { t } = useI18n()
  const { toast } = useToasts()
  const conversations = useConversationsStore()
  const stop = useScheduledStore().onRefused(({ conversationId }) => {
    const conversation = conversations.byId[conversationId]
    toast(t('schedule.refusedIn', { name: conversation ? titleOf(conversation) : '…' }), 'problem')
  })
  onScopeDispose(stop)
}
