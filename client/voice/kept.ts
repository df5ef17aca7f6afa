import type { Piece } from './recorder'

/** A recording that is not sent yet. */
export interface KeptRecording {
  readonly id: string
  readonly conversationId: string
  readonly mime: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
}

/** A piece of a recording, as stored in the browser's database. */
export interface KeptPiece extends Piece {
  readonly recordingId: string
}
