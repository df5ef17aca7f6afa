import type { InjectionKey } from 'vue'
import { LIMITS } from '#shared/limits'
import { useRights } from '~/composables/useRights'
import { kindOf, whyNot, type FileToSend, type PickedFile } from '~/stores/uploads'
import { isLocated, problemOf, stripLocation, type PictureProblem } from './pictureCheck'

/** Why a file is not sent. */
type FileProblem = 'EMPTY' | 'TOO_LARGE' | 'noImages' | 'noFiles'
export interface StagedFile extends PickedFile {
  id: number
  /** For pictures and films; lives as long as the file is staged. */
  preview: string | null
  /** Why it cannot be shown as a picture: it goes as a file. */
  problem: PictureProblem | null
  /** Whether it says where it was taken; null as long as nobody has looked. */
  located: boolean | null
  /** What is to be done when it is put away unsent. */
  putBack?: () => void
}

interface Staging {
  files: Readonly<Ref<readonly StagedFile[]>>
  asFiles: Ref<boolean>
  add(picked: readonly PickedFile[], asFiles: boolean, putBack?: () => void): void
  remove(id: number): void
  clear(): void
  /** They are on their way. */
  sent(): void
  refusalOf(file: StagedFile): FileProblem | null
  goesAsFile(file: StagedFile): boolean
  /** Pictures that would go as they are, and say where they were taken. */
  located: Readonly<Ref<readonly StagedFile[]>>
  /** Removes their locations, where that is possible. */
  removeLocations(): Promise<void>
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
  const goesAsFile = ({ file, problem }: StagedFile) => problem !== null || kindOf(file, asFiles.value) === 'file'

  function refusalOf(staged: StagedFile): FileProblem | null {
    const unfit = whyNot(staged.file)
    if (unfit) return unfit
    if (!goesAsFile(staged)) return rights.can('sendImage') ? null : 'noImages'
    return rights.can('sendFile') ? null : 'noFiles'
  }

  function drop(gone: readonly StagedFile[]) {
    for (const { preview } of gone) if (preview) URL.revokeObjectURL(preview)
    files.value = files.value.filter((file) => !gone.includes(file))
  }

  function putAway(gone: readonly StagedFile[]) {
    drop(gone)
    for (const { putBack } of gone) putBack?.()
  }

  function change(id: number, fields: Partial<StagedFile>) {
    files.value = files.value.map((file) => (file.id === id ? { ...file, ...fields } : file))
  }

  /** What the browser can tell of a picture is known before it is sent. */
  async function check({ id, file, preview }: StagedFile) {
    const problem = preview && kindOf(file, false) === 'image' ? await problemOf(file, preview).catch(() => null) : null
    if (problem) change(id, { problem })
  }

  // Only a file that goes as it is keeps its location, so only such files are searched.
  const unlooked = computed(() => files.value.filter((staged) => staged.located === null && goesAsFile(staged)))
  watch(unlooked, async (some) => {
    for (const { id } of some) change(id, { located: false })
    for (const { id, file } of some) if (await isLocated(file).catch(() => false)) change(id, { located: true })
  })

  const staging: Staging = {
    files,
    asFiles,
    add(picked, plain, putBack) {
      if (files.value.length === 0) asFiles.value = plain
      const unknown = { problem: null, located: null, putBack }
      const added = picked.map((one) => ({ ...one, ...unknown, id: ++last, preview: previewOf(one.file) }))
      files.value = [...files.value, ...added]
      for (const staged of added) void check(staged)
    },
    remove: (id) => putAway(files.value.filter((file) => file.id === id)),
    clear: () => putAway(files.value),
    sent: () => drop(files.value),
    refusalOf,
    goesAsFile,
    located: computed(() => files.value.filter((staged) => staged.located && goesAsFile(staged) && !refusalOf(staged))),
    async removeLocations() {
      for (const { id, file } of staging.located.value) {
        const clean = await stripLocation(file).catch(() => null)
        // The handle leads to the file as it was.
        if (clean) change(id, { file: clean, handle: null, located: false })
      }
    },
    toSend: () =>
      files.value
        .filter((file) => !refusalOf(file))
        .map(({ file, handle, problem }) => ({
          // Its name says what it is not.
          file: problem === 'not_a_picture' ? new File([file], file.name, { lastModified: file.lastModified }) : file,
          handle,
          asFile: asFiles.value || problem !== null,
        })),
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
