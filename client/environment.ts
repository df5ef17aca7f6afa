/**
 * Everything that the client needs of the browser. Tests give a scripted world, and need neither network nor sleeps.
 */
export interface Environment {
  fetch(path: string, init: RequestInit): Promise<Response>
  openSocket(path: string): SocketLike
  /**
   * Sends bytes to an address of the file store, telling how many of them have gone.
   * Rejects without an answer, and when the signal aborts.
   */
  put(url: string, request: PutRequest): Promise<PutAnswer>
  /** Milliseconds since 1970. */
  now(): number
  /** From 0 up to, not including, 1. */
  random(): number
  /** Runs the action after so many milliseconds; the answer cancels it. */
  after(milliseconds: number, action: () => void): () => void
  /** An id that no one else has made: 32 hex digits. */
  newId(): string
  /** A channel to the other tabs of this browser. */
  openChannel(name: string): Channel
  /** Runs the action while no other tab holds the lock of this name. `steal` takes it away from its holder. */
  lock<T>(name: string, options: { steal?: boolean; signal?: AbortSignal }, action: () => Promise<T>): Promise<T>
  /** An address within this page by which a file can be shown; to be released. */
  objectUrl(file: Blob): string
  releaseUrl(url: string): void
  /**
   * Width and height in pixels of the picture or video at an address, and a video's first frame as a small picture in
   * base64; null for what cannot be shown.
   */
  measure(url: string, mime: string): Promise<{ width: number; height: number; poster?: string } | null>
  storage: TextStorage
  hasDatabase: boolean
  isOnline(): boolean
  onSignal(listener: (signal: Signal) => void): () => void
  /** Another tab changed a text in the storage. */
  onStorage(listener: (key: string, text: string | null) => void): () => void
  report(problem: string): void
}

export interface PutRequest {
  headers: Record<string, string>
  body: Blob
  signal: AbortSignal
  onProgress(bytes: number): void
}

export interface PutAnswer {
  status: number
  /** Null also where the store does not let the page see it. */
  etag: string | null
}

/** `leaving`: the page is closed, or left. What is not sent now is not sent. */
export type Signal = 'online' | 'offline' | 'visible' | 'hidden' | 'leaving'

export interface SocketLike {
  onopen: (() => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
  onclose: ((event: { code: number }) => void) | null
  onerror: (() => void) | null
  send(text: string): void
  close(): void
}

export interface Channel {
  post(message: unknown): void
  listen(listener: (message: unknown) => void): void
  close(): void
}

/** Texts that outlive the page. Losing them (private mode, full disk) is never an error. */
export interface TextStorage {
  get(key: string): string | null
  set(key: string, text: string): void
  remove(key: string): void
  keys(): string[]
}
