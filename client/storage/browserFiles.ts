import { LIMITS } from '#shared/limits'
import type { Environment, PutAnswer, PutRequest } from '../environment'

/** It uses XMLHttpRequest, because `fetch` does not report how much was sent. */
export function put(url: string, { headers, body, signal, onProgress }: PutRequest): Promise<PutAnswer> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const request = new XMLHttpRequest()
    const stop = () => request.abort()
    const settle = (action: () => void) => () => {
      signal.removeEventListener('abort', stop)
      action()
    }
    request.open('PUT', url)
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    request.upload.onprogress = ({ loaded }) => onProgress(loaded)
    request.onload = settle(() => resolve({ status: request.status, etag: request.getResponseHeader('etag') }))
    request.onerror = settle(() => reject(new TypeError('The request was not answered.')))
    request.onabort = settle(() => reject(signal.reason))
    signal.addEventListener('abort', stop)
    request.send(body)
  })
}

type Measured = Awaited<ReturnType<Environment['measure']>>

/** Milliseconds to wait for a film's first frame. Some browsers give none before it is played. */
const FRAME_TIMEOUT_MS = 3_000
/** Pixels of the longer side of a film's first frame, as thumbnails have. */
const POSTER_SIDE_PX = 480

/** Measures a picture or film. It reads only the head of the file. */
export function measure(url: string, mime: string): Promise<Measured> {
  return mime.startsWith('video/') ? measureVideo(url) : measurePicture(url)
}

function measurePicture(url: string): Promise<Measured> {
  return new Promise((resolve) => {
    const picture = new Image()
    picture.onload = () => resolve(sizeOf(picture.naturalWidth, picture.naturalHeight))
    picture.onerror = () => resolve(null)
    picture.src = url
  })
}

function measureVideo(url: string): Promise<Measured> {
  return new Promise((resolve) => {
    const video = document.createElement('video')
    const end = (poster?: string) => {
      clearTimeout(late)
      const size = sizeOf(video.videoWidth, video.videoHeight)
      video.onloadeddata = video.onerror = null
      video.removeAttribute('src')
      video.load()
      resolve(size && { ...size, poster })
    }
    video.preload = 'metadata'
    video.muted = true
    video.playsInline = true
    const late = setTimeout(end, FRAME_TIMEOUT_MS)
    video.onloadeddata = () => end(posterOf(video))
    video.onerror = () => end()
    video.src = `${url}#t=0.001`
  })
}

/** The current frame of a film as a JPEG in base64. Undefined if this browser cannot draw it small enough. */
function posterOf(video: HTMLVideoElement): string | undefined {
  const { videoWidth: width, videoHeight: height } = video
  const scale = Math.min(1, POSTER_SIDE_PX / Math.max(width, height))
  const canvas = document.createElement('canvas')
  canvas.width = Math.max(1, Math.round(width * scale))
  canvas.height = Math.max(1, Math.round(height * scale))
  try {
    canvas.getContext('2d')?.drawImage(video, 0, 0, canvas.width, canvas.height)
    const drawn = [0.8, 0.5].map((quality) => canvas.toDataURL('image/jpeg', quality).split(',')[1])
    return drawn.find((base64) => base64 && base64.length <= LIMITS.posterCharacters)
  } catch {
    return undefined
  }
}

function sizeOf(width: number, height: number): { width: number; height: number } | null {
  return width > 0 && height > 0 ? { width, height } : null
}
