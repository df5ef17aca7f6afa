import { onScopeDispose, readonly, ref, toValue, watch, type MaybeRefOrGetter, type Ref } from 'vue'
import type { FileHandle, PickedFile } from '~/client/uploads/types'
import { isFolder } from '~/client/uploads/droppedFolders'

type ItemWithHandle = DataTransferItem & { getAsFileSystemHandle?: () => Promise<FileHandle | null> }

/**
 * Takes files and folders that are dropped on an element; texts and links are left to the browser.
 * `over` is true while files are dragged above it. Files that are dropped beside it do not replace the page.
 * @param onFiles gets the files that were dropped, at least one
 * @param enabled whether files are taken at the moment
 * @param onFolders gets the folders, at least one
 */
export function useFileDrop(
  target: MaybeRefOrGetter<HTMLElement | null | undefined>,
  onFiles: (files: PickedFile[]) => void,
  enabled: MaybeRefOrGetter<boolean> = true,
  onFolders: (folders: FileSystemDirectoryEntry[]) => void = () => {},
): { over: Readonly<Ref<boolean>> } {
  const over = ref(false)
  /** Nested elements under the pointer. Leaving an inner one does not leave the outer one. */
  let depth = 0

  function setDepth(next: number): void {
    depth = Math.max(0, next)
    over.value = depth > 0 && toValue(enabled)
  }

  function onEnter(event: DragEvent): void {
    if (!hasFiles(event)) return
    event.preventDefault()
    setDepth(depth + 1)
  }

  function onLeave(event: DragEvent): void {
    if (hasFiles(event)) setDepth(depth - 1)
  }

  function onOver(event: DragEvent): void {
    if (!hasFiles(event)) return
    event.preventDefault()
    event.dataTransfer!.dropEffect = toValue(enabled) ? 'copy' : 'none'
  }

  function onDrop(event: DragEvent): void {
    setDepth(0)
    if (!hasFiles(event)) return
    event.preventDefault()
    if (!toValue(enabled)) return
    const folders = foldersOf(event.dataTransfer!)
    if (folders.length > 0) onFolders(folders)
    void filesOf(event.dataTransfer!).then((files) => {
      if (files.length > 0) onFiles(files)
    })
  }

  /** The browser would open a file that misses, and leave the app. */
  function onMiss(event: DragEvent): void {
    if (!hasFiles(event) || event.defaultPrevented) return
    event.preventDefault()
    if (event.type === 'dragover') event.dataTransfer!.dropEffect = 'none'
    else setDepth(0)
  }

  const stop = watch(
    () => toValue(target),
    (element, _before, onCleanup) => {
      if (!element) return
      const listening = new AbortController()
      const { signal } = listening
      element.addEventListener('dragenter', onEnter, { signal })
      element.addEventListener('dragleave', onLeave, { signal })
      element.addEventListener('dragover', onOver, { signal })
      element.addEventListener('drop', onDrop, { signal })
      element.ownerDocument.addEventListener('dragover', onMiss, { signal })
      element.ownerDocument.addEventListener('drop', onMiss, { signal })
      onCleanup(() => {
        listening.abort()
        setDepth(0)
      })
    },
    { immediate: true, flush: 'post' },
  )
  onScopeDispose(stop)
  return { over: readonly(over) }
}

function hasFiles({ dataTransfer }: DragEvent): boolean {
  return dataTransfer?.types.includes('Files') ?? false
}

/** The transfer is empty after this turn of the event loop, so everything is read from it at once. */
function filesOf({ items }: DataTransfer): Promise<PickedFile[]> {
  const wanted = [...items].filter((item) => item.kind === 'file' && !isFolder(item.webkitGetAsEntry?.()))
  return Promise.all(wanted.map(pick)).then((files) => files.filter((file) => file !== null))
}

function foldersOf({ items }: DataTransfer): FileSystemDirectoryEntry[] {
  return [...items].map((item) => (item.kind === 'file' ? item.webkitGetAsEntry?.() : null)).filter(isFolder)
}

async function pick(item: ItemWithHandle): Promise<PickedFile | null> {
  const file = item.getAsFile()
  const handle = item.getAsFileSystemHandle?.().catch(() => null)
  return file && { file, handle: (await handle) ?? null }
}
