import type { PutAnswer, PutRequest } from './environment'

/** By XMLHttpRequest: `fetch` does not tell how much has been sent. */
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

/** Reads no more of it than its head. */
export function measure(url: string, mime: string): Promise<{ width: number; height: number } | null> {
  return mime.startsWith('video/') ? measureVideo(url) : measurePicture(url)
}

function measurePicture(url: string): Promise<{ width: number; height: number } | null> {
  return new Promise((resolve) => {
    const picture = new Image()
    picture.onload = () => resolve(sizeOf(picture.naturalWidth, picture.naturalHeight))
    picture.onerror = () => resolve(null)
    picture.src = url
  })
}

function measureVideo(url: string): Promise<{ width: number; height: number } | null> {
  return new Promise((resolve) => {
    const video = document.createElement('video')
    const end = (size: { width: number; height: number } | null) => {
      video.onerror = null
      video.removeAttribute('src')
      video.load()
      resolve(size)
    }
    video.preload = 'metadata'
    video.muted = true
    video.onloadedmetadata = () => end(sizeOf(video.videoWidth, video.videoHeight))
    video.onerror = () => end(null)
    video.src = url
  })
}

function sizeOf(width: number, height: number): { width: number; height: number } | null {
  return width > 0 && height > 0 ? { width, height } : null
}
