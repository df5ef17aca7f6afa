import { PICTURE_TYPES } from '#shared/domain/files'
import { useToasts } from '../common/useToasts'

/** Holds a picture that was just chosen, while its square is cut out. Called in setup. */
export function usePickedPicture() {
  const { t } = useI18n()
  const { toast } = useToasts()
  /** An address within this page. */
  const url = ref<string | null>(null)

  function pick(event: Event) {
    const field = event.target as HTMLInputElement
    const [file] = field.files ?? []
    // Otherwise choosing the same file again would fire no event.
    field.value = ''
    if (file) url.value = URL.createObjectURL(file)
  }

  function putAway() {
    if (url.value) URL.revokeObjectURL(url.value)
    url.value = null
  }

  function failed() {
    putAway()
    toast(t('avatar.unreadable'), 'problem')
  }

  onScopeDispose(putAway)
  return { url, pick, putAway, failed }
}

/** The types that the browser can cut a square out of. */
export const PICTURES = PICTURE_TYPES.join(',')
