import type { InjectionKey } from 'vue'
import { LIMITS } from '#shared/limits'
import { useRights } from '~/composables/useRights'
import { kindOf, whyNot, type FileToSend, type PickedFile } from '~/stores/uploads'
import type { PictureProblem } from './pictureCheck'

/** Why a file is not sent. */
type FileProblem = 'EMPTY' | 'TOO_LARGE' | 'noImages' | 'noFiles'
export interface StagedFile extends PickedFile {
  id: number
  /** An object URL for pictures and films. It is released when the file leaves the stage. */
  preview: string | null
  /** Why it cannot be shown as a picture, so that it goes as a file. */
  problem: PictureProblem | null
  /** Whether it says where it was taken. Null: not checked yet. */
  located: boolean | null
  /** Called when it is removed unsent. */
  putBack?: () => void
}

interface Staging {
  files: Readonly<Ref<readonly StagedFile[]>>
  asFiles: Ref<boolean>
  add(picked: readonly PickedFile[], asFiles: boolean, putBack?: () => void): void
  remove(id: number): void
  clear(): void
  /** Clears the stage after the files went to the uploads. */
  sent(): void
  refusalOf(file: StagedFile): FileProblem | null
  goesAsFile(file: StagedFile): boolean
  /** Pictures that would go as files and say where they were taken. */
  located: Readonly<Ref<readonly StagedFile[]>>
  /** Removes their locations, where that is possible. */
  removeLocations(): Promise<void>
  /** The files that would be sent now, without those that are refused. */
  toSend(): FileToSend[]
}

const KEY: InjectionKey<Staging> = Symbol('staging')
let last = 0

/** Provides the files that were chosen, dropped or pasted for an open chat, until they are sent or removed. */
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

  /** Checks a picture as far as the browser can, before it is sent. */
  async function checkPicture({ id, file, preview }: StagedFile) {
    if (!preview || kindOf(file, false) !== 'image') return
    const problem = await problemOf(file, preview)
    if (problem) change(id, { problem })
  }

  // Only a file that goes as it is keeps its location, so only such files are searched.
  const unlooked = computed(() => files.value.filter((staged) => staged.located === null && goesAsFile(staged)))
  watch(unlooked, async (some) => {
    for (const { id } of some) change(id, { located: false })
    for (const { id, file } of some) if (await isLocated(file)) change(id, { located: true })
  })

  const staging: Staging = {
    files,
    asFiles,
    add(picked, plain, putBack) {
      if (files.value.length === 0) asFiles.value = plain
      const unknown = { problem: null, located: null, putBack }
      const added = picked.map((one) => ({ ...one, ...unknown, id: ++last, preview: previewOf(one.file) }))
      files.value = [...files.value, ...added]
      for (const staged of added) void checkPicture(staged)
    },
    remove: (id) => putAway(files.value.filter((file) => file.id === id)),
    clear: () => putAway(files.value),
    sent: () => drop(files.value),
    refusalOf,
    goesAsFile,
    located: computed(() => files.value.filter((staged) => staged.located && goesAsFile(staged) && !refusalOf(staged))),
    async removeLocations() {
      for (const { id, file } of staging.located.value) {
        const clean = await stripLocation(file)
        // The handle leads to the unchanged file.
        if (clean) change(id, { file: clean, handle: null, located: false })
      }
    },
    toSend: () =>
      files.value
        .filter((file) => !refusalOf(file))
        .map(({ file, handle, problem }) => ({
          // The type comes from the name's ending, and the file is something else.
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

// What looks into files is loaded with the first one.

async function problemOf(file: File, preview: string): Promise<PictureProblem | null> {
  return import('./pictureCheck').then((check) => check.problemOf(file, preview)).catch(() => null)
}

async function isLocated(file: File): Promise<boolean> {
  return import('./pictureCheck').then((check) => check.isLocated(file)).catch(() => false)
}

async function stripLocation(file: File): Promise<File | null> {
  return import('./pictureCheck').then((check) => check.stripLocation(file)).catch(() => null)
}
