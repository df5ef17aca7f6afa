import type { z } from 'zod'
import type { createUploadInput, Upload } from '#shared/schemas/upload'
import type { Api } from '../http/api'
import type { Frame, SentPart } from './types'

/** Milliseconds: putting 2 GiB together and looking at a large picture take their time. */
const COMPLETE_TIMEOUT_MS = 120_000

export type NewUpload = z.input<typeof createUploadInput>
export type UploadRequests = ReturnType<typeof uploadRequests>

/** Requests about uploads; the bytes themselves go straight to the store. Every one throws ApiError. */
export function uploadRequests(api: Api) {
  const upload = async (answer: Promise<{ upload: Upload }>) => (await answer).upload
  return {
    create: (body: NewUpload) => upload(api.request('POST', '/api/uploads', { body })),
    /** Fresh addresses for parts. */
    sign: (id: string, numbers: number[]) =>
      upload(api.request('POST', `/api/uploads/${id}/parts`, { body: { numbers } })),
    /** @param frame what is known of a film */
    complete: (id: string, parts: readonly SentPart[], frame: Frame | null) =>
      upload(
        api.request('POST', `/api/uploads/${id}/complete`, {
          body: frame ? { parts, frame } : { parts },
          timeout: COMPLETE_TIMEOUT_MS,
        }),
      ),
    cancel: (id: string) => api.request<void>('DELETE', `/api/uploads/${id}`),
  }
}
