import type { InjectionKey } from 'vue'
import { LIMITS } from '#shared/limits'
import { useRights } from '~/composables/useRights'
import { kindOf, whyNot, type FileToSend, type PickedFile } from '~/stores/uploads'

/** Why a file is not sent. */
export type Refusal = 'EMPTY' | 'TOO_LARGE' | 'noImages' | 'noFiles'
export interface StagedFile extends PickedFile {
  id: number
  /** For pictures and films; lives as long as the file is staged. */
  preview: string | null
}

interface Staging {
  files: Readonly<Ref<readonly StagedFile[]>>
  asFiles: Ref<boolean>
  add(picked: readonly PickedFile[], asFiles: boolean): void
  remove(id: number): void
  clear(): void
  refusalOf(file: StagedFile): Refusal | null
  /** What goes when it is sent now: without those that are refused. */
  toSend(): FileToSend[]
}

const KEY: InjectionKey<Staging> = Symbol('staging')
let last = 0

/** The files that were chosen for an open chat, however they came, until they are sent or put away. */
export function provideStaging(conversationId: string): Staging {
  const rights = useRights(() => conversationId)
  const files = shallowRef<readonly StagedFile[]>([])
  const asFiles = ref(false)

  function refusalOf({ file }: StagedFile): Refusal | null {
    const unfit = whyNot(file)
    if (unfit) return unfit
    const isImage = kindOf(file, asFiles.value) === 'image'
    if (isImage) return rights.can('sendImage') ? null : 'noImages'
    return rights.can('sendFile') ? null : 'noFiles'
  }

  function drop(gone: readonly StagedFile[]) {
    for (const { preview } of gone) if (preview) URL.revokeObjectURL(preview)
    files.value = files.value.filter((file) => !gone.includes(file))
  }

  const staging: Staging = {
    files,
    asFiles,
    add(picked, plain) {
      if (files.value.length === 0) asFiles.value = plain
      files.value = [...files.value, ...picked.map((one) => ({ ...one, id: ++last, preview: previewOf(one.file) }))]
    },
    remove: (id) => drop(files.value.filter((file) => file.id === id)),
    clear: () => drop(files.value),
    refusalOf,
    toSend: () =>
      files.value
        .filter((file) => !refusalOf(file))
        .map(({ file, handle }) => ({ file, handle, asFile: asFiles.value })),
  }
  onScopeDispose(staging.clear)
  provide(KEY, staging)
  return staging
}

export function useStaging(): Staging {
  return inject(KEY)!
}

function previewOf(file: File): string | null {
  const isShown = kindOf(file, false) === 'image' || file.type.startsWith('video/')
  return isShown && file.size > 0 && file.size <= LIMITS.fileBytes ? URL.createObjectURL(file) : null
}
