import { useConversationsStore } from '~/stores/conversations'
import { useToasts } from '../common/useToasts'

/** Says why a group is gone, and leaves its page if it is open. Called once, by the layout of all pages. */
export function useRemovalToasts() {
  const { t } = useI18n()
  const route = useRoute()
  const conversations = useConversationsStore()
  const { toast } = useToasts()

  onScopeDispose(
    conversations.onRemoved(({ id, name, reason, byMe }) => {
      if (route.params.id === id) void navigateTo('/')
      if (name === null) return
      if (byMe) toast(t(reason === 'deleted' ? 'removed.deletedByMe' : 'removed.leftByMe', { name }))
      else toast(t(`removed.${reason}`, { name }), 'problem')
    }),
  )
}
