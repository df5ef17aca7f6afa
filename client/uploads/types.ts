import type { ClientErrorCode } from '../http/apiError'

/** What a browser that can gives with a picked file, and by which it is read again after a reload. */
export interface FileHandle {
  getFile(): Promise<File>
  queryPermission?(options: { mode: 'read' }): Promise<PermissionState>
  requestPermission?(options: { mode: 'read' }): Promise<PermissionState>
}

/** A file that was chosen, dropped or pasted. */
export interface PickedFile {
  file: File
  handle?: FileHandle | null
}

/** What a recorder has measured of a voice message. */
export interface VoiceShape {
  readonly durationMs: number
  /** 64 numbers from 0 to 1. */
  readonly waveform: readonly number[]
}

/** The same with what is to become of it. */
export interface FileToSend extends PickedFile {
  /** A picture goes as it is, with all that is in it, and is shown as a card. */
  asFile: boolean
  /** Of a voice message. */
  voice?: VoiceShape
}

/** A part that the store has, by the name it gave it. */
export interface SentPart {
  number: number
  etag: string
}

/** A picture or film as this browser shows it: its size in pixels, and a film's first frame, small, in base64. */
export interface Frame {
  width: number
  height: number
  poster?: string
}

/** How far an upload has come with the server: which one it is there, and what of it has arrived. */
export interface Begun {
  readonly uploadId: string
  readonly parts: readonly SentPart[]
}

/** What is kept of an upload in this browser until its message is sent. Replaced, never mutated. */
export interface UploadRecord {
  readonly localId: string
  /** The message that it goes with. */
  readonly clientId: string
  readonly conversationId: string
  /** Its index among the files of its message. Browsers have it stored under this name. */
  readonly place: number
  readonly name: string
  /** The name before it was cleaned, by which the file is known again. */
  readonly fileName: string
  readonly mime: string
  readonly size: number
  readonly lastModified: number
  readonly kind: 'image' | 'file' | 'voice'
  /** Of a voice message; older records lack it. */
  readonly voice?: VoiceShape | null
  readonly width: number | null
  readonly height: number | null
  /** Of a film, where this browser could draw it. */
  readonly poster?: string
  readonly begun: Begun | null
  /** What is to be done with it, or was; who wants something else of it changes this, in whichever tab. */
  readonly phase: 'sending' | 'paused' | 'complete' | 'failed'
  readonly error: {
    code: ClientErrorCode
    message: string
    /** What is wrong with the file. */ reason?: string | null
  } | null
  /** Counts the changes, so that older news does not undo newer. */
  readonly rev: number
}

/** What only the tab that sends it knows, and tells the others. */
export interface Live {
  readonly state: 'waiting' | 'sending' | 'needsFile' | 'completing'
  /** Bytes. */
  readonly sent: number
  /** Bytes a second. */
  readonly speed: number
  readonly secondsLeft: number | null
}

/** An upload as it is shown. Reactive. */
export interface UploadState {
  readonly localId: string
  readonly name: string
  readonly mime: string
  /** Bytes. */
  readonly size: number
  readonly kind: 'image' | 'file' | 'voice'
  readonly voice: VoiceShape | null
  /** Bytes that have gone, those of parts under way included. */
  readonly sent: number
  /** Bytes a second, smoothed; 0 while nothing is sent. */
  readonly speed: number
  readonly secondsLeft: number | null
  /**
   * `waiting` for its turn, for the network, or for another tab; `needsFile`: the browser has let go of the file, it is
   * asked for with `provideFile` (or `resume`, where `canReopen`).
   */
  readonly state: 'waiting' | 'sending' | 'paused' | 'needsFile' | 'completing' | 'complete' | 'failed'
  /** Of a failed one: the stable code. The server's words are `errorMessage`. */
  readonly error: ClientErrorCode | null
  readonly errorMessage: string | null
  /** Of one that was refused for what it holds: why, as a stable code. */
  readonly reason: string | null
  /** An address within this page, for pictures, videos and voice messages; good as long as the upload is listed. */
  readonly previewUrl: string | null
  /** Pixels, as soon as they are known. */
  readonly width: number | null
  readonly height: number | null
  /** In `needsFile`: `resume`, called in a click, asks the browser for the same file without a dialog to choose it. */
  readonly canReopen: boolean
}

/** What tabs tell each other of the uploads that they share. */
export type UploadNews =
  | { kind: 'record'; record: UploadRecord }
  | { kind: 'removed'; localIds: readonly string[]; delivered: boolean }
  | { kind: 'file'; localId: string; file: Blob }
  | { kind: 'live'; localId: string; live: Live; canReopen: boolean }
  | { kind: 'hello' }
