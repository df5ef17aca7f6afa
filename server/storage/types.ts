import type { Readable } from 'node:stream'

/** One part of an upload, as a browser sends it. */
export interface SignedPart {
  number: number
  url: string
  method: 'PUT'
  headers: Record<string, string>
}

/** A part that was sent, as whoever sent it was answered. */
export interface SentPart {
  number: number
  etag: string
}

/** An upload that is under way: where it goes, and the store's own name for it. */
export interface UnfinishedObject {
  key: string
  multipartId: string
}

/** How a file is to be served: its type, and whether a browser may show it or only save it. */
export interface ServedAs {
  mime: string
  /** For the header, as it stands there. */
  disposition: string
  /** For the header: how long a browser may keep it. */
  cacheControl: string
}

interface ObjectInfo {
  /** Bytes. */
  size: number
  etag: string
}

/** Bytes of an object that are written over: `head` from `start` on, then zeros up to `end`, which is the first that stays. */
export interface Patch {
  start: number
  end: number
  head: Buffer
}

/** Parts are missing, are not what was sent, or the upload is not there any more. */
export class BadParts extends Error {}

/** There is no such object, or not any more. */
export class NoSuchObject extends Error {}

/** The store does not answer, or not now. */
export class StorageUnavailable extends Error {}

/** The store takes nothing more: what it has left is kept free. */
export class StorageFull extends StorageUnavailable {}

/**
 * Where the bytes of files are. Two drivers, one contract (tests/contract/storage): an S3 bucket, and a folder.
 * Every method throws StorageUnavailable when the store cannot be reached.
 */
export interface Storage {
  /** Begins an upload of so many bytes in parts. @throws StorageFull */
  begin(key: string, mime: string, size: number): Promise<UnfinishedObject>
  /** Signs one part: a request that is good for an hour, for exactly `size` bytes. */
  signPart(upload: UnfinishedObject, number: number, size: number): Promise<SignedPart>
  /** Makes an object of the parts, which must all be there, ascending by number. @throws BadParts, StorageFull */
  complete(upload: UnfinishedObject, parts: readonly SentPart[]): Promise<void>
  /** Gives up an upload and what was sent of it. Again is fine. */
  abort(upload: UnfinishedObject): Promise<void>
  /** null: there is no such object. */
  inspect(key: string): Promise<ObjectInfo | null>
  /** The bytes of an object, or those from `start` to `end`, both included. @throws NoSuchObject */
  read(key: string, range?: { start: number; end: number }): Promise<Readable>
  /** Writes a small object of our own making, such as a thumbnail. */
  write(key: string, bytes: Buffer, mime: string): Promise<void>
  /** Writes over bytes of an object that nobody reads yet. It keeps its size; with no patches nothing is done. @throws NoSuchObject */
  patch(key: string, patches: readonly Patch[]): Promise<void>
  /** Removes objects. Those that are not there are fine. */
  remove(keys: readonly string[]): Promise<void>
  /** An address where a browser gets the object for five minutes; null: the server streams it by `read`. */
  signRead(key: string, as: ServedAs): Promise<string | null>
  /** Resolves when the store answers. */
  ping(): Promise<void>
}
