import { isArchived } from '#shared/domain/attention'
import type { Conversation } from '#shared/schemas/conversation'
import { useConversationsStore } from '~/stores/conversations'
import { belongsTo, type Chip } from './chips'

/**
 * The chats that the list shows: those of the chosen part, or the archive.
 * @param openId the chat that is open
 */
export function useListView(openId: () => string | null) {
  const conversations = useConversationsStore()
  const chip = useState<Chip>('list-chip', () => 'all')
  const inArchive = useState('list-archive', () => false)
  /** A chat that was opened from this part of the list. It stays while it is open, although it is being read. */
  const staying = ref<string | null>(null)

  const isInArchive = ({ me, lastSeq }: Conversation) => isArchived(me, lastSeq)
  const archived = computed(() => conversations.sorted.filter(isInArchive))
  const current = computed(() => conversations.sorted.filter((one) => !isInArchive(one)))
  const shown = computed(() => {
    if (inArchive.value) return archived.value
    return current.value.filter((one) => belongsTo(one, chip.value) || one.id === staying.value)
  })

  watch(
    [openId, chip],
    ([id]) => {
      const open = id ? conversations.byId[id] : undefined
      staying.value = open && belongsTo(open, chip.value) ? open.id : null
    },
    { immediate: true, flush: 'sync' },
  )

  return { chip, inArchive, shown, archived }
}
