import { PICTURE_CACHE } from '#shared/worker'

/** Lets the service worker keep the pictures that are seen. Without caches (private mode, plain http), none are kept. */
export async function keepPictures(): Promise<void> {
  await globalThis.caches?.open(PICTURE_CACHE).catch(() => {})
}

/** Removes the kept pictures. The worker keeps no more of them. */
export async function wipePictures(): Promise<void> {
  await globalThis.caches?.delete(PICTURE_CACHE).catch(() => {})
}
