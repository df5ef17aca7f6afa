import { SHARE_CACHE, SHARE_PATH } from '#shared/worker'

/** What another app has shared with this one. */
export interface Shared {
  text: string
  files: File[]
}

/** Takes what was shared. @param key by which the worker has kept it @returns null if it is not there */
export async function takeShared(key: string): Promise<Shared | null> {
  try {
    const kept = await caches.match(`${SHARE_PATH}/${key}`, { cacheName: SHARE_CACHE })
    const form = await kept?.formData()
    await wipeShared()
    return form ? sharedOf(form) : null
  } catch {
    return null
  }
}

/** Removes what was shared and not sent yet. */
export async function wipeShared(): Promise<void> {
  await globalThis.caches?.delete(SHARE_CACHE).catch(() => {})
}

/** What a form of the share target says. Apps put a link into the text, the title or its own field, some into two. */
function sharedOf(form: FormData): Shared {
  const fields = ['title', 'text', 'url'].map((name) => form.get(name))
  const parts = [...new Set(fields.map((field) => (typeof field === 'string' ? field.trim() : '')))]
  const isSaid = (part: string) => parts.some((other) => other !== part && other.includes(part))
  const text = parts.filter((part) => part !== '' && !isSaid(part)).join('\n')
  return { text, files: form.getAll('files').filter((file) => file instanceof File && file.name !== '') as File[] }
}
